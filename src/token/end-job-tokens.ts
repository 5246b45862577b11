import { deadlineIn, type FastlyApi, type FastlyError } from "../fastly/index.ts";
import type { Attempt, Journal } from "./journal.ts";
import { revokeSelf } from "./revoke-self.ts";
import { idOf, isLeft, reportOf, type TokenReport, type TokenStatus } from "./token-status.ts";

/** A token that is not known to have ended. */
export interface Unsettled {
  attempt: Attempt;
  /** The result of its self-revocation; undefined where the response to its create was lost. */
  bySelf?: TokenStatus;
}

/** Ends tokens that could not be ended with themselves, in the time that is left. */
export type Recover = (unsettled: readonly Unsettled[], api: FastlyApi) => Promise<TokenReport[]>;

/**
 * Ends every token that main asked for: each one with itself, in one request; and those whose response was lost,
 * or whose self-revocation did not settle it, by `recover`.
 *
 * @param keepHandedOver leaves alone what the job has, and ends only what it never got
 */
export async function endJobTokens(
  journal: Journal,
  keepHandedOver: boolean,
  api: FastlyApi,
  recover: Recover,
): Promise<TokenReport[]> {
  const reports: TokenReport[] = [];
  const unsettled: Unsettled[] = [];
  for (const attempt of journal.attempts) {
    const { status } = attempt;
    if (status.kind === "unknown") unsettled.push({ attempt });
    if (!("accessToken" in status)) continue;
    if (keepHandedOver && status.kind === "handed-over") reports.push(reportOf(attempt, { kind: "kept" }));
    else await endWithItself(attempt, status.accessToken);
  }
  if (unsettled.length === 0) return reports;
  return [...reports, ...(await recover(unsettled, api))];

  /** Takes half of the time at most, since there is another way. */
  async function endWithItself(attempt: Attempt, accessToken: string): Promise<void> {
    const half = deadlineIn(api.deadline.remaining() / 2, api.clock);
    const bySelf = await revokeSelf(api.with({ deadline: half }), accessToken, {
      askedAt: attempt.askedAt,
      id: idOf(attempt),
    });
    if (!isLeft(bySelf) || isBarred(errorOf(bySelf))) reports.push(reportOf(attempt, bySelf));
    else unsettled.push({ attempt, bySelf });
  }
}

/** Why a token could not be ended, where a response or a failure on the way says so. */
export function errorOf(status: TokenStatus | undefined): FastlyError | undefined {
  if (!status || !("problem" in status)) return undefined;
  const { problem } = status;
  return problem.kind === "error" ? problem.error : undefined;
}

/** What keeps a token from reaching Fastly keeps everything else from it as well. */
function isBarred(error: FastlyError | undefined): boolean {
  return error?.code === "proxy-refused" || error?.code === "untrusted-certificate";
}
