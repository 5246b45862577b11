import { type CreatedToken, deadlineIn, type FastlyError } from "../../fastly/index.ts";
import { createSignal } from "../../http/create-signal.ts";
import type { Signal } from "../../http/signal.ts";
import { inParallel } from "../../token/in-parallel.ts";
import { type Attempt, keepJournal } from "../../token/journal.ts";
import { mintToken } from "../../token/mint-token.ts";
import type { Credentials } from "../../token/minting.ts";
import type { Grant } from "../../token/mismatch.ts";
import { revokeById } from "../../token/revoke-by-id.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import { settleAttempts } from "../../token/settle-attempts.ts";
import type { TokenName } from "../../token/token-name.ts";
import { isLeft, type MintOutcome, type TokenStatus } from "../../token/token-status.ts";
import type { ConfiguredUser } from "../config/configuration.ts";
import { type Candidate, type Store, StoreUnavailable } from "../store/store.ts";
import { boundedSignal } from "./bounded-signal.ts";
import {
  type FastlyUser,
  fastlyUser,
  hasTwoFactor,
  isOut,
  restWhereSpent,
  type UserPorts,
} from "./fastly-user.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { roomQueue } from "./room-queue.ts";
import { roomWithoutQueue } from "./room-without-queue.ts";
import { type SessionKey, type SessionKeys, sessionKeys } from "./session-key.ts";
import { type ListedTokens, type Listing, type UserTokens, userTokens } from "./user-tokens.ts";

export interface UsersPorts extends UserPorts {
  store: Store;
  /** Whether this is the only instance: then session keys of others were left behind, and are ended. */
  isAlone: boolean;
  /** On a host that begins anew for each request: nobody waits in a queue, and nothing goes on in the background. */
  isForOneRequest?: boolean;
  onEvent: (event: UserEvent) => void;
  /** Told of what failed where nobody waits for it. */
  onFault: (error: unknown) => void;
}

export type UserEvent =
  | { kind: "out"; user: string }
  | { kind: "leftover-ended"; user: string; tokens: number }
  /** What became of a token whose answer was lost. */
  | { kind: "settled"; user: string; name: string; status: TokenStatus };

export interface MintOrder {
  rule: string;
  /** IDs of the rule's users. */
  users: readonly string[];
  /** Names the room that the token takes. */
  lease: string;
  name: Omit<TokenName, "serial">;
  grant: Grant;
  /** The caller is gone: what did not begin is not begun. */
  signal: Signal;
}

export type MintResult =
  | { kind: "minted"; user: string; name: string; token: CreatedToken }
  | { kind: "no-room"; retryAfterMs: number }
  /** Every user of the rule is out. */
  | { kind: "no-user" }
  /** Fastly is down, and was asked as often as it may be without an answer. */
  | { kind: "resting"; retryAfterMs: number }
  /** The caller was gone before a token was asked for. */
  | { kind: "gave-up" }
  | { kind: "not-minted"; user: string; outcome: Exclude<MintOutcome, { kind: "minted" }> };

export interface UserState {
  id: string;
  out: boolean;
  live: number;
  limit: number;
}

/** The Fastly users of one configuration. */
export interface Users {
  mint(order: MintOrder): Promise<MintResult>;
  /** A list of the user's live tokens that is no older than this call. */
  list(user: string): Promise<Listing>;
  /** Ends a token that stood on a list. */
  end(user: string, listed: ListedTokens, tokenId: string): Promise<TokenStatus>;
  /** Ends a token that nobody got. */
  endSelf(user: string, token: CreatedToken): Promise<void>;
  /** Lists these users anew, so that the store knows what lives. */
  correct(users: readonly string[]): Promise<void>;
  states(): Promise<UserState[]>;
  readonly queueLength: number;
  /** Waits for what is under way, ends every session key, and closes the way to Fastly. */
  close(): Promise<void>;
}

const mintMs = 15_000;
const listMs = 15_000;
const endMs = 20_000;
/** A create takes up to a minute (assumed), and the look after it some seconds. */
const settleMs = 75_000;
/** A token whose answer was lost is not looked for longer at the end: its run, or GitHub's webhook, ends it. */
const longestCloseMs = 5_000;
const longestQueue = 2_000;
/** Until there is room at a user. */
const longestWaitMs = 20_000;
/** Until a user with room can mint: one with two-factor authentication may wait for its next code. The action waits for 30 s. */
const longestTurnMs = 27_000;
const correctionMs = 1_000;
const housekeepingMs = 1_000;
/** Where less than this part of a user's room is left, its list is read. */
const shortRoom = 0.1;
const mostWithPassword = 4;
const mostWithKey = 8;

interface Member {
  user: FastlyUser;
  sessions: SessionKeys;
  tokens: UserTokens;
  limiter: Limiter;
  candidate: Candidate;
  /** When its list was last asked for, by the clock's `elapsed`. */
  correctedAt: number;
  toldOut: boolean;
}

export function createUsers(configs: readonly ConfiguredUser[], ports: UsersPorts): Users {
  const { api, clock, store } = ports;
  const members = new Map(configs.map((config) => [config.id, memberOf(config)]));
  const isForOneRequest = ports.isForOneRequest ?? false;
  const queue = isForOneRequest
    ? roomWithoutQueue(store, async (ids) => {
        await correct(ids, true);
      })
    : roomQueue(store, longestQueue);
  const underWay = new Set<Promise<unknown>>();
  const closing = createSignal();
  /** Ends what would go on for long. */
  const closed = createSignal();
  const housekeeping = isForOneRequest ? undefined : keepHouse();

  function memberOf(config: ConfiguredUser): Member {
    const user = fastlyUser(config, ports.passwords);
    const sessions = sessionKeys(user, store, ports);
    const tokens = userTokens(user, sessions, store, {
      ...ports,
      newDeadline: () => deadlineIn(listMs, clock),
      onLeftover: (listed, ids) => {
        if (ports.isAlone) inBackground(endLeftover(user.id, listed, ids));
      },
    });
    // Until Fastly has accepted the password once, one request at a time carries it.
    const most = () =>
      user.guard.verdict === "accepted" ? (hasTwoFactor(user) ? mostWithKey : mostWithPassword) : 1;
    // The session key takes room as well; where one replaces another, two.
    const limit = Math.max(1, config.maxLiveTokens - (hasTwoFactor(user) ? 2 : 1));
    return {
      user,
      sessions,
      tokens,
      limiter: createLimiter(most),
      candidate: { user: user.id, limit, rules: 1 },
      correctedAt: Number.NEGATIVE_INFINITY,
      toldOut: false,
    };
  }

  function find(id: string): Member {
    const member = members.get(id);
    if (!member) throw new TypeError(`no user ${id}`);
    return member;
  }

  async function mint(order: MintOrder): Promise<MintResult> {
    const forRoom = boundedSignal(order.signal, deadlineIn(longestWaitMs, clock), clock);
    const forTurn = boundedSignal(order.signal, deadlineIn(longestTurnMs, clock), clock);
    try {
      return await mintWithin(order, forRoom.signal, forTurn.signal);
    } finally {
      forRoom.release();
      forTurn.release();
    }
  }

  async function mintWithin(order: MintOrder, forRoom: Signal, forTurn: Signal): Promise<MintResult> {
    // A user that has no room although its list says so is not tried a third time.
    const full = new Set<string>();
    const outOfRoomBefore = new Set<string>();
    for (;;) {
      const room = await takeRoom(order, full, forRoom);
      if (typeof room === "object") return room;
      const member = find(room);
      const leave = await member.limiter.enter(forTurn);
      if (!leave) {
        await store.giveRoomBack(room, order.lease);
        return order.signal.aborted ? { kind: "gave-up" } : noRoom(undefined);
      }
      const outcome = await mintInTurn(member, order, forTurn).finally(leave);
      if (outcome.kind === "too-late") {
        await store.giveRoomBack(room, order.lease);
        if (order.signal.aborted) return { kind: "gave-up" };
        if (outcome.untilNextMs === undefined) return noRoom(5_000);
        member.user.limitedUntil = clock.elapsed() + outcome.untilNextMs;
        continue;
      }
      if (outcome.kind === "minted") {
        await keep(member, order, outcome.token);
        return { ...outcome, user: room };
      }
      await store.giveRoomBack(room, order.lease);
      restWhereSpent(member.user, clock);
      tellIfOut(member);
      // Nothing tells the caller of a token that may exist, but a refusal that does not deny it.
      if (outcome.hasLost) return { kind: "not-minted", user: room, outcome };
      if (outcome.kind === "password-not-sent" || isOut(member.user)) continue;
      if (!turnsElsewhere(outcome) || forRoom.aborted) return { kind: "not-minted", user: room, outcome };
      if (outcome.error.code === "rate-limited")
        member.user.limitedUntil = clock.elapsed() + (outcome.error.retryAfterMs ?? 60_000);
      else if (outOfRoomBefore.has(room) || !(await correct([room], true))) full.add(room);
      outOfRoomBefore.add(room);
    }
  }

  /** @returns the ID of a user with room, or why there is none */
  async function takeRoom(order: MintOrder, full: Set<string>, signal: Signal): Promise<string | MintResult> {
    const able = () => order.users.map(find).filter(({ user }) => !isOut(user));
    const awake = () => able().filter(({ user }) => user.restsUntil <= clock.elapsed());
    const open = () =>
      awake().filter(({ user }) => !full.has(user.id) && user.limitedUntil <= clock.elapsed());
    const none = () => (able().length === 0 ? ({ kind: "no-user" } as const) : resting(able()));
    if (awake().length === 0) return none();
    const { lease: id, rule, grant } = order;
    const room = await queue.request({
      lease: { id, rule, lifetimeMs: grant.lifetimeMs },
      candidates: () => open().map(({ candidate }) => candidate),
      signal,
    });
    if (room.kind === "room") {
      const isShort = room.left < find(room.user).candidate.limit * shortRoom;
      if (isShort && !isForOneRequest) inBackground(correct([room.user]));
      return room.user;
    }
    if (awake().length === 0) return none();
    if (order.signal.aborted) return { kind: "gave-up" };
    return noRoom("freeInMs" in room ? room.freeInMs : undefined, able());
  }

  function resting(able: readonly Member[]): MintResult {
    const soonest = Math.min(...able.map(({ user }) => user.restsUntil - clock.elapsed()));
    return { kind: "resting", retryAfterMs: soonest };
  }

  function noRoom(freeInMs: number | undefined, able: readonly Member[] = []): MintResult {
    const limited = able.map(({ user }) => user.limitedUntil - clock.elapsed()).filter((ms) => ms > 0);
    const soonest = able.length > 0 && limited.length === able.length ? Math.min(...limited) : freeInMs;
    return { kind: "no-room", retryAfterMs: Math.min(soonest ?? 30_000, 3_600_000) };
  }

  /** Mints as one user; where the session key was not accepted, once more with another. */
  async function mintInTurn(
    member: Member,
    order: MintOrder,
    forTurn: Signal,
  ): Promise<TurnOutcome | TooLate> {
    for (let tries = 1; ; tries++) {
      const found = hasTwoFactor(member.user)
        ? await Promise.race([track(credentialsOf(member)), aborted(forTurn)])
        : { credentials: passwordOf(member.user), key: undefined };
      if (!("credentials" in found)) return found;
      const { credentials, key } = found;
      const outcome = await track(mintAs(member, credentials, order));
      if (!key || tries === 2 || outcome.hasLost || !isAboutTheKey(outcome)) return outcome;
      member.sessions.reject(key);
    }
  }

  async function mintAs(member: Member, credentials: Credentials, order: MintOrder): Promise<TurnOutcome> {
    let attempts: Attempt[] = [];
    const deadline = deadlineIn(mintMs, clock);
    const journal = keepJournal((kept) => {
      attempts = kept.attempts;
    }, member.user.guard);
    const outcome = await mintToken(order.name, order.grant, credentials, {
      api: api.with({ deadline }),
      journal,
      endsWhereFull: true,
      hide: () => {},
      report: () => {},
    });
    const lost = attempts.filter(({ name, status }) => {
      const isHandedOver = outcome.kind === "minted" && outcome.name === name;
      return !isHandedOver && (status.kind === "unknown" || status.kind === "created");
    });
    if (lost.length > 0) inBackground(settle(member, lost));
    return { ...outcome, hasLost: lost.length > 0 };
  }

  /** A user with two-factor authentication mints with a key in sudo mode, which costs one password for many tokens. */
  async function credentialsOf({
    user,
    sessions,
  }: Member): Promise<
    { credentials: Credentials; key?: SessionKey } | Exclude<MintOutcome, { kind: "minted" }> | TooLate
  > {
    const credentials = passwordOf(user);
    // A session key that serves one request alone costs two one-time passwords, and the token itself one.
    if (isForOneRequest) {
      const otp = await sessions.otpNow();
      if (otp.kind === "used") return { kind: "too-late", untilNextMs: otp.untilNextMs };
      return { credentials: { ...credentials, otpSource: otp.source } };
    }
    const session = await sessions.keyInSudoMode();
    if (session.kind === "out") return { kind: "password-not-sent", why: "refused" };
    if (session.kind === "failed") {
      return session.error ? { kind: "failed", error: session.error, tries: 1 } : { kind: "interrupted" };
    }
    const { key } = session;
    return { credentials: { ...credentials, apiKey: key.accessToken, sudoSince: key.sudoSince }, key };
  }

  async function keep({ user }: Member, { lease }: MintOrder, token: CreatedToken): Promise<void> {
    const expiresAt = token.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(token.expiresAt);
    await store.keepRoom(user.id, lease, { tokenId: token.id, expiresAt });
  }

  /** Ends tokens whose answers were lost; until that is known, they are on the user's list and take room there. */
  async function settle({ user, sessions }: Member, lost: readonly Attempt[]): Promise<void> {
    const session = await sessions.key();
    if (session.kind !== "key") return;
    const bounded = api.with({ deadline: deadlineIn(settleMs, clock), signal: closed.signal });
    const reports = await settleAttempts(lost, session.key, bounded);
    for (const { name, status } of reports) ports.onEvent({ kind: "settled", user: user.id, name, status });
  }

  function tellIfOut(member: Member): void {
    if (!isOut(member.user) || member.toldOut) return;
    member.toldOut = true;
    ports.onEvent({ kind: "out", user: member.user.id });
    queue.retry();
  }

  async function list(id: string): Promise<Listing> {
    const member = find(id);
    const listing = await track(member.tokens.list());
    member.correctedAt = clock.elapsed();
    tellIfOut(member);
    queue.retry();
    return listing;
  }

  /** @returns whether each list that was due was read */
  async function correct(ids: readonly string[], now = false): Promise<boolean> {
    const due = ids.map(find).filter(({ user, correctedAt }) => {
      return !isOut(user) && (now || clock.elapsed() - correctedAt >= correctionMs);
    });
    for (const member of due) member.correctedAt = clock.elapsed();
    const listings = await Promise.all(due.map(({ user }) => list(user.id)));
    return listings.every(({ kind }) => kind === "listed");
  }

  async function end(id: string, { key }: ListedTokens, tokenId: string): Promise<TokenStatus> {
    const bounded = api.with({ deadline: deadlineIn(endMs, clock) });
    const status = await track(revokeById(bounded, key.accessToken, tokenId));
    if (!isLeft(status)) await store.ended(id, [tokenId]);
    queue.retry();
    return status;
  }

  async function endSelf(id: string, token: CreatedToken): Promise<void> {
    const bounded = api.with({ deadline: deadlineIn(endMs, clock) });
    const status = await track(revokeSelf(bounded, token.accessToken));
    if (!isLeft(status)) await store.ended(id, [token.id]);
  }

  async function endLeftover(id: string, listed: ListedTokens, ids: readonly string[]): Promise<void> {
    await inParallel(ids, 4, async (tokenId) => {
      await end(id, listed, tokenId);
    });
    ports.onEvent({ kind: "leftover-ended", user: id, tokens: ids.length });
  }

  /** While somebody waits, lists are read, since jobs end their tokens without telling; idle keys are ended. */
  async function keepHouse(): Promise<void> {
    while (await slept(housekeepingMs)) {
      if (queue.length > 0) {
        inBackground(correct([...queue.wanted()]));
        queue.retry();
      }
      for (const { sessions } of members.values()) inBackground(sessions.endIfIdle());
    }
  }

  async function slept(ms: number): Promise<boolean> {
    await clock.wait(ms, closing.signal).catch(() => {});
    return !closing.signal.aborted;
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  }

  /** What nobody waits for may find the store away: then a later list tells. */
  function inBackground(work: Promise<unknown>): void {
    track(
      work.catch((error) => {
        if (!(error instanceof StoreUnavailable)) ports.onFault(error);
      }),
    );
  }

  return {
    mint,
    list,
    end,
    endSelf,
    correct: async (ids) => {
      await correct(ids, true);
    },
    states: async () => {
      const live = await store.occupancy([...members.keys()]);
      return [...members.values()].map(({ user, candidate }) => {
        return { id: user.id, out: isOut(user), live: live.get(user.id) ?? 0, limit: candidate.limit };
      });
    },
    get queueLength() {
      return queue.length;
    },
    close: async () => {
      closing.abort();
      await housekeeping;
      clock.wait(longestCloseMs, closed.signal).then(
        () => closed.abort(),
        () => {},
      );
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
      await Promise.all([...members.values()].map(({ sessions }) => sessions.end()));
      closed.abort();
      await api.close();
    },
  };
}

/** The turn was over before anything was sent, or the user's one-time password is one that another request uses. */
interface TooLate {
  kind: "too-late";
  untilNextMs?: number;
  hasLost?: false;
}

function passwordOf({ username, password }: FastlyUser): Credentials {
  return { username, password, otpSource: { kind: "none" } };
}

function aborted(signal: Signal): Promise<TooLate> {
  return new Promise((resolve) => {
    const tell = () => resolve({ kind: "too-late" });
    if (signal.aborted) tell();
    else signal.addEventListener("abort", tell, { once: true });
  });
}

/** `hasLost`: a token may exist whose answer was lost. */
type TurnOutcome = MintOutcome & { hasLost?: boolean };

function isAboutTheKey(outcome: MintOutcome): boolean {
  if (outcome.kind !== "failed") return false;
  const { code, mayHaveHappened } = outcome.error;
  return !mayHaveHappened && (code === "unauthorized" || code === "expired-key" || code === "forbidden");
}

type Full = { kind: "failed"; error: FastlyError; tries: number };

/** Another user may have what this one lacks. */
function turnsElsewhere(outcome: MintOutcome): outcome is TurnOutcome & Full {
  if (outcome.kind !== "failed" || outcome.error.mayHaveHappened) return false;
  return outcome.error.code === "token-limit" || outcome.error.code === "rate-limited";
}
