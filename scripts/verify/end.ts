import {
  connectApi,
  deadlineIn,
  type FastlyApi,
  systemClock,
  type Transport,
} from "../../src/fastly/index.ts";
import type { Attempt } from "../../src/token/journal.ts";
import { revokeById } from "../../src/token/revoke-by-id.ts";
import { revokeSelf } from "../../src/token/revoke-self.ts";
import { settleAttempts } from "../../src/token/settle-attempts.ts";
import { isLeft, type RevokeStatus, reportOf, type TokenReport } from "../../src/token/token-status.ts";
import type { Made, Run } from "./run.ts";

/** Longer than a create takes, so that a lost one is found. */
const othersMs = 75_000;
const endMs = 90_000;

export interface Ended {
  /** How many tokens were created that are no more. */
  ended: number;
  /** What may be alive. */
  left: readonly TokenReport[];
}

/** Ends every token of a run that has not ended, as the actions do it: the session last, as the others are ended with it. */
export async function endAll(
  { account, attempts, session }: Run,
  openTransport: (origin: string) => Transport,
  userAgent: string,
): Promise<Ended> {
  const deadline = deadlineIn(endMs, systemClock);
  const api = connectApi({ apiUrl: account.apiUrl, openTransport, userAgent, deadline });
  try {
    const open = attempts.filter(({ status }) => status.kind === "created" || status.kind === "unknown");
    const others = open.filter(({ name }) => name !== session?.name);
    // Some time is the session's own, however long the others take.
    const deadline = deadlineIn(othersMs, systemClock);
    const reports = await endOthers(others, session, api.with({ deadline }));
    const own = open.find(({ name }) => name === session?.name);
    if (session && own) reports.push(reportOf(own, await endSession(session, api), session.id));
    const endedBefore = attempts.filter(({ status }) => status.kind === "ended").length;
    const endedNow = reports.filter(
      ({ status }) => status.kind === "revoked" || status.kind === "already-gone",
    );
    return { ended: endedBefore + endedNow.length, left: reports.filter(({ status }) => isLeft(status)) };
  } finally {
    await api.close();
  }
}

/** What may not revoke itself as such may still be allowed to revoke a token by its ID. */
async function endSession({ key, id, askedAt }: Made, api: FastlyApi): Promise<RevokeStatus> {
  const status = await revokeSelf(api, key, { id: id || undefined, askedAt });
  if (!isLeft(status) || id === "") return status;
  return revokeById(api, key, id, { askedAt });
}

async function endOthers(
  others: readonly Attempt[],
  session: Run["session"],
  api: FastlyApi,
): Promise<TokenReport[]> {
  if (session) return settleAttempts(others, { id: session.id, accessToken: session.key }, api);
  return others.map((attempt) =>
    reportOf(attempt, { kind: "unknown", problem: { kind: "may-still-appear" } }),
  );
}
