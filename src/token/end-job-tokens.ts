import type { FastlyError } from "../fastly/index.ts";
import { endToken, halfOf } from "./end-token.ts";
import { type EndedToken, endedToken, refused } from "./ended-token.ts";
import type { Attempt, Journal } from "./journal.ts";
import { type RecoverPorts, recoverTokens, type Unsettled } from "./recover-tokens.ts";

/**
 * Ends every token that main asked for: each one with itself, in one request; and those whose fate is
 * unknown, or whose self-revocation did not settle it, with a helper token.
 *
 * @param keepHandedOver leaves alone what the job has, and ends only what it never got
 */
export async function endJobTokens(
  journal: Journal,
  keepHandedOver: boolean,
  ports: RecoverPorts,
): Promise<EndedToken[]> {
  const ended: EndedToken[] = [];
  const unsettled: Unsettled[] = [];
  for (const attempt of journal.attempts) {
    const { fate } = attempt;
    if (fate.kind === "unknown") unsettled.push({ attempt });
    if (!("accessToken" in fate)) continue;
    if (keepHandedOver && fate.kind === "handed-over") ended.push(endedToken(attempt, { kind: "kept" }));
    else await endWithItself(attempt, fate.accessToken);
  }
  if (unsettled.length === 0) return ended;
  return [...ended, ...(await recoverTokens(unsettled, { ...ports, lostAnswers: lostAnswers(journal) }))];

  /** Takes half of the time at most, since there is another way. */
  async function endWithItself(attempt: Attempt, accessToken: string): Promise<void> {
    const { api, deadline, clock } = ports;
    const ending = await endToken(api.within({ deadline: halfOf(deadline, clock) }), accessToken);
    if (!("error" in ending)) ended.push(endedToken(attempt, ending));
    else if (isBarred(ending.error)) ended.push(endedToken(attempt, refused(ending.error)));
    else unsettled.push({ attempt, first: ending.error });
  }
}

/** What keeps a token from reaching Fastly keeps a helper from it as well. */
function isBarred({ code }: FastlyError): boolean {
  return code === "proxy-refused" || code === "untrusted-certificate";
}

/** As long as no answer has shown that the credentials are right, they may be wrong, and count towards a lock. */
function lostAnswers({ attempts, credentials }: Journal): number {
  return credentials === "accepted" ? 0 : attempts.filter(({ fate }) => fate.kind === "unknown").length;
}
