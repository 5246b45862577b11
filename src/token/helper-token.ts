import {
  type CreatedToken,
  type Deadline,
  deadlineIn,
  type FastlyApi,
  type FastlyError,
} from "../fastly/index.ts";
import { endToken, halfOf } from "./end-token.ts";
import { type EndedToken, type EndProblem, type NotMinted, withoutHelper } from "./ended-token.ts";
import { type Attempt, keepJournal } from "./journal.ts";
import { mintToken } from "./mint-token.ts";
import type { Minter, MintPorts } from "./minting.ts";
import { type Grant, lifetimeOf } from "./mismatch.ts";
import { endById, settleAttempts } from "./settle-attempts.ts";
import type { TokenName } from "./token-name.ts";

/** What a token needs to list and revoke others (assumed), for a few requests' time. */
const helperGrant: Grant = { scopes: ["global"], services: [], lifetimeMs: 120_000 };

export type HelperPorts = Omit<MintPorts, "journal">;

/** What may be done with a helper token: until a deadline that leaves time to end the helper, and unless interrupted. */
export interface WorkPorts {
  api: FastlyApi;
  deadline: Deadline;
}

export type Helped<T> =
  /** The work was done; `strays` are helper tokens that could not be ended, and die by themselves soon. */
  | { kind: "helped"; result: T; strays: EndedToken[] }
  | { kind: "no-helper"; outcome: NotMinted; strays: EndedToken[] };

/**
 * Mints a helper token that lives for two minutes, works with it, and ends it, however the work went.
 *
 * @param work tells by its result how it went, and throws nothing that is expected
 */
export async function withHelperToken<T>(
  name: Omit<TokenName, "serial">,
  minter: Minter,
  ports: HelperPorts,
  work: (helper: CreatedToken, ports: WorkPorts) => Promise<T>,
): Promise<Helped<T>> {
  const { api, clock, deadline, signal } = ports;
  let tries: Attempt[] = [];
  const journal = keepJournal("", (kept) => {
    tries = kept.attempts;
  });
  const outcome = await mintToken(name, helperGrant, minter, {
    ...ports,
    api: api.within({ deadline, signal }),
    journal,
  });
  if (outcome.kind !== "minted") {
    return {
      kind: "no-helper",
      outcome,
      strays: tries.filter(mayLive).map((attempt) => withoutHelper(attempt, outcome)),
    };
  }
  const helper = outcome.token;
  const others = tries.filter(({ name }) => name !== outcome.name).filter(mayLive);
  const until = deadlineIn(Math.min(deadline.remaining(), lifetimeOf(helper)) - timeToEnd(deadline), clock);
  const workPorts = { api: api.within({ deadline: until, signal }), deadline: until };
  let ended: EndedToken[] = [];
  let result: T;
  try {
    result = await work(helper, workPorts);
    ended = await settleAttempts(others, helper.accessToken, { clock, ...workPorts });
  } finally {
    ended.push(...(await endHelper(helper, ports)));
  }
  return { kind: "helped", result, strays: ended.filter(({ end }) => end.kind === "left-alive") };
}

function mayLive({ fate }: Attempt): boolean {
  return fate.kind === "unknown" || fate.kind === "made";
}

/** A fifth of what is left, from 1 to 10 seconds, is the helper's own. */
function timeToEnd(deadline: Deadline): number {
  return Math.min(10_000, Math.max(1_000, deadline.remaining() / 5));
}

async function endHelper(helper: CreatedToken, { api, deadline, clock }: HelperPorts): Promise<EndedToken[]> {
  const { name, id, accessToken, expiresAt } = helper;
  const ending = await endToken(api.within({ deadline: halfOf(deadline, clock) }), accessToken);
  if (!("error" in ending)) return [];
  // A helper may read and revoke others (that is what it is for), so where "self" does not end it, its ID may.
  const end = await endById(id, accessToken, { api, deadline, clock });
  if (end.kind !== "left-alive" || isMostLikelyGone(ending.error, end.problem)) return [];
  return [{ name, id, expiresAt: expiresAt ?? "never", end }];
}

/** A first answer was lost, and now the helper may not even read itself: that first try had worked. */
function isMostLikelyGone({ mayHaveHappened }: FastlyError, problem: EndProblem): boolean {
  if (problem.kind !== "refused" || !mayHaveHappened) return false;
  return problem.error.code === "unauthorized" || problem.error.code === "forbidden";
}
