import {
  asFastlyError,
  type Clock,
  type Deadline,
  FastlyError,
  listTokensUser,
  type Token,
} from "../../fastly/index.ts";
import { readIdAndName } from "../../fastly/shapes.ts";
import type { Store } from "../store/store.ts";
import type { Account } from "./accounts.ts";
import { isOut } from "./fastly-user.ts";
import type { SessionKey } from "./session-key.ts";

/** What is read of a token on a user's list: whatever else is malformed in it does not hide it. */
export interface ListedToken {
  id: string;
  name: string;
  /** In milliseconds since 1970; null for one that never expires, or does not say. */
  expiresAt: number | null;
  /** In milliseconds since 1970; undefined for one that does not say. */
  createdAt?: number;
}

export interface ListedTokens {
  kind: "listed";
  /** When it was asked for, by the machine's clock. */
  askedAt: number;
  tokens: readonly ListedToken[];
  /** The key that asked, and may end what was listed. */
  key: SessionKey;
  /** Whether the key itself was on it: otherwise it is another list, and proves nothing is missing. */
  isOwnList: boolean;
}

/** `ended`: how many of the tokens that were thought to live are not on it. */
export type Listing =
  | (ListedTokens & { ended: number })
  | { kind: "out" }
  | { kind: "failed"; error: FastlyError | undefined };

/** Lists a user's live tokens; each list corrects what the store knows. */
export interface UserTokens {
  /** A list that was asked for no earlier than this call; all who wait share one. */
  list(): Promise<Listing>;
}

/**
 * Long, because its functions share the list under way.
 *
 * @param ports `onLeftover` is called with session keys that an earlier process, or another instance, has made
 */
export function userTokens(
  { user, api, sessions, names }: Account,
  store: Store,
  ports: {
    clock: Clock;
    newDeadline: () => Deadline;
    onLeftover: (listed: ListedTokens, ids: string[]) => void;
  },
): UserTokens {
  const { clock } = ports;
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Listing> | undefined;

  function list(): Promise<Listing> {
    next ??= running.then(() => {
      next = undefined;
      const begun = listNow();
      running = begun.catch(() => {});
      return begun;
    });
    return next;
  }

  async function listNow(): Promise<Listing> {
    for (let tries = 1; ; tries++) {
      if (isOut(user)) return { kind: "out" };
      const session = await sessions.key();
      if (session.kind !== "key") return session;
      const askedAt = clock.now();
      const tokens = await ask(session.key);
      if (tokens instanceof FastlyError) {
        if (tokens.code === "unauthorized" || tokens.code === "expired-key") sessions.reject(session.key);
        if (tries === 2 || !isAboutTheKey(tokens)) return { kind: "failed", error: tokens };
        continue;
      }
      const isOwnList = tokens.some(({ id }) => id === session.key.id);
      const listed: ListedTokens = { kind: "listed", askedAt, tokens, key: session.key, isOwnList };
      return { ...listed, ended: isOwnList ? await correct(listed) : 0 };
    }
  }

  /** The list does not show expired tokens for sure, nor is the broker's own key one that takes a job's room. */
  async function correct(listed: ListedTokens): Promise<number> {
    const { askedAt } = listed;
    const live = listed.tokens.filter(({ name, expiresAt }) => {
      return !names.isOwn(name) && (expiresAt === null || expiresAt > askedAt);
    });
    const ended = await store.correct(user.id, { askedAt, tokens: live });
    const leftover = live.filter(({ name }) => names.isSessionKey(name)).map(({ id }) => id);
    if (leftover.length > 0) ports.onLeftover(listed, leftover);
    return ended;
  }

  async function ask(key: SessionKey): Promise<ListedToken[] | FastlyError> {
    const malformed: ListedToken[] = [];
    try {
      const bounded = api.with({ deadline: ports.newDeadline() });
      const tokens = await listTokensUser(bounded, key.accessToken, (_error, item) => {
        malformed.push(...readIdAndName(item).map((read) => ({ ...read, expiresAt: null })));
      });
      return [...tokens.map(listedToken), ...malformed];
    } catch (error) {
      return asFastlyError(error);
    }
  }

  return { list };
}

function listedToken({ id, name, expiresAt, createdAt }: Token): ListedToken {
  return {
    id,
    name,
    expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
    createdAt: Date.parse(createdAt),
  };
}

function isAboutTheKey({ code }: FastlyError): boolean {
  return code === "unauthorized" || code === "expired-key";
}
