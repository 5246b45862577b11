import { type CreatedToken, type Deadline, deadlineIn, type FastlyApi } from "../fastly/index.ts";
import type { Signal } from "../http/signal.ts";
import { errorOf } from "./end-job-tokens.ts";
import { type Attempt, keepJournal } from "./journal.ts";
import { mintToken } from "./mint-token.ts";
import type { Credentials, MintPorts } from "./minting.ts";
import { type Grant, lifetimeOf } from "./mismatch.ts";
import { guardPassword, type PasswordGuard } from "./password-guard.ts";
import { revokeById } from "./revoke-by-id.ts";
import { revokeSelf } from "./revoke-self.ts";
import { settleAttempts } from "./settle-attempts.ts";
import type { TokenName } from "./token-name.ts";
import { isLeft, type NotMinted, reportOf, type TokenReport, type TokenStatus } from "./token-status.ts";

/** What a token needs to list and revoke others (assumed: helper-global), for a few requests' time. */
const helperGrant: Grant = { scopes: ["global"], services: [], lifetimeMs: 120_000 };

/** What work with a helper token needs. */
export interface HelperPorts extends Pick<MintPorts, "api" | "hide" | "report"> {
  /** Interrupts the work. The client itself goes on: the helper token is still to be ended. */
  signal?: Signal | undefined;
  /** What was sent of the password before; without it, nothing. */
  guard?: PasswordGuard;
}

/**
 * What is done with a helper token, through a client whose deadline leaves time to end it. It says by its result how
 * it went, and throws nothing that is expected.
 */
export type HelperWork<T> = (helper: CreatedToken, api: FastlyApi) => Promise<T>;

export type Helped<T> =
  /** The work was done; `leftovers` are leftover helpers that could not be ended, and expire soon. */
  | { kind: "helped"; result: T; keyId: string; leftovers: TokenReport[] }
  | { kind: "no-helper"; outcome: NotMinted; leftovers: TokenReport[] };

/** Mints a helper token that lives for two minutes, works with it, and ends it, however the work went. */
export async function withHelperToken<T>(
  name: Omit<TokenName, "serial">,
  credentials: Credentials,
  ports: HelperPorts,
  work: HelperWork<T>,
): Promise<Helped<T>> {
  const { api, signal, guard = guardPassword(), hide, report } = ports;
  let tries: Attempt[] = [];
  const journal = keepJournal((kept) => {
    tries = kept.attempts;
  }, guard);
  const outcome = await mintToken(name, helperGrant, credentials, {
    api: api.with({ signal }),
    journal,
    hide,
    report,
  });
  if (outcome.kind !== "minted") {
    const leftovers = tries.filter(mayLive).map((attempt) =>
      reportOf(attempt, {
        kind: "unknown",
        problem: { kind: "no-helper", helper: outcome, selfError: undefined },
      }),
    );
    return { kind: "no-helper", outcome, leftovers };
  }
  const helper = outcome.token;
  const others = tries.filter(({ name }) => name !== outcome.name).filter(mayLive);
  return workWithHelper(helper, ports, work, (briefApi) => settleAttempts(others, helper, briefApi));
}

/**
 * Works with a helper token, and ends it, however the work went.
 *
 * @param endOthers ends others that were made on the way to this one, and never arrived
 */
export async function workWithHelper<T>(
  helper: CreatedToken,
  { api, signal }: HelperPorts,
  work: HelperWork<T>,
  endOthers: (api: FastlyApi) => Promise<TokenReport[]>,
): Promise<Extract<Helped<T>, { kind: "helped" }>> {
  const { clock, deadline } = api;
  const createdAt = clock.now();
  const until = deadlineIn(Math.min(deadline.remaining(), lifetimeOf(helper)) - timeToEnd(deadline), clock);
  const workApi = api.with({ deadline: until, signal });
  let leftovers: TokenReport[] = [];
  let result: T;
  try {
    result = await work(helper, workApi);
    leftovers = await endOthers(workApi.with({ deadline: briefly(workApi) }));
  } finally {
    leftovers.push(...(await endHelper(helper, createdAt, api)));
  }
  const left = leftovers.filter(({ status }) => isLeft(status));
  return { kind: "helped", result, keyId: helper.id, leftovers: left };
}

function mayLive({ status }: Attempt): boolean {
  return status.kind === "unknown" || status.kind === "created";
}

/** A leftover helper expires within two minutes: it is looked for, and not waited for. */
function briefly({ clock, deadline }: FastlyApi): Deadline {
  return deadlineIn(Math.min(5_000, deadline.remaining()), clock);
}

/** A fifth of what is left, from 1 to 10 seconds, is the helper's own. */
function timeToEnd(deadline: Deadline): number {
  return Math.min(10_000, Math.max(1_000, deadline.remaining() / 5));
}

async function endHelper(helper: CreatedToken, askedAt: number, api: FastlyApi): Promise<TokenReport[]> {
  const { name, id, accessToken, expiresAt } = helper;
  const half = deadlineIn(api.deadline.remaining() / 2, api.clock);
  const bySelf = await revokeSelf(api.with({ deadline: half }), accessToken, { id, askedAt });
  if (!isLeft(bySelf)) return [];
  // A helper may read and revoke others (that is what it is for), so where "self" does not end it, its ID may.
  const status = await revokeById(api, accessToken, id);
  return isLeft(status) && !isRefused(bySelf, status) ? [{ name, id, expiresAt, status }] : [];
}

/**
 * The response to its revocation was lost, and now Fastly itself refuses the key that worked a moment ago: that
 * revocation had worked (a revoked token answers 401 or 403; assumed: key-revoked).
 */
function isRefused(bySelf: TokenStatus, byId: TokenStatus): boolean {
  const code = errorOf(byId)?.code;
  return errorOf(bySelf)?.mayHaveHappened === true && (code === "unauthorized" || code === "forbidden");
}
