import {
  asFastlyError,
  type Clock,
  type Deadline,
  deadlineIn,
  type FastlyApi,
  FastlyError,
  getToken,
  getTokenCurrent,
  listTokensUser,
  revokeToken,
} from "../fastly/index.ts";
import { readIdAndName } from "../fastly/token.ts";
import { type EndedToken, endedToken, idOf, refused, type TokenEnd } from "./ended-token.ts";
import type { Attempt } from "./journal.ts";

export interface SettlePorts {
  api: FastlyApi;
  clock: Clock;
  deadline: Deadline;
}

/** A create whose answer was lost may still be on its way through Fastly when the tokens are listed. */
const secondLookMs = 2_000;

/**
 * Ends tokens with another one of the same user: by ID, or by their unique names where the answer was lost.
 * A token is only touched when its ID or its whole name is one of those that were written down.
 */
export async function settleAttempts(
  attempts: readonly Attempt[],
  key: string,
  ports: SettlePorts,
): Promise<EndedToken[]> {
  const ended: EndedToken[] = [];
  for (const attempt of attempts) {
    if ("accessToken" in attempt.fate)
      ended.push(await endMade(attempt, attempt.fate.accessToken, key, ports));
  }
  const lost = attempts.filter(({ fate }) => !("accessToken" in fate));
  return [...ended, ...(await endLost(lost, key, ports))];
}

/** Where the answer did not tell its ID, the token itself does. */
async function endMade(
  attempt: Attempt,
  accessToken: string,
  key: string,
  ports: SettlePorts,
): Promise<EndedToken> {
  const id = idOf(attempt) ?? (await getTokenCurrent(ports.api, accessToken).catch(asFastlyError));
  if (!(id instanceof FastlyError)) {
    const known = typeof id === "string" ? id : id.id;
    return { ...endedToken(attempt, await endById(known, key, ports)), id: known };
  }
  const isGone = id.code === "unauthorized" || id.code === "not-found";
  return endedToken(attempt, isGone ? { kind: "already-gone" } : refused(id));
}

async function endLost(lost: readonly Attempt[], key: string, ports: SettlePorts): Promise<EndedToken[]> {
  const first = await endListed(lost, key, ports);
  const { missing } = first;
  if (missing.length === 0 || first.error || ports.deadline.remaining() <= secondLookMs) return told(first);
  await ports.clock.wait(secondLookMs);
  const second = await endListed(missing, key, ports);
  return [...first.ended, ...told(second)];
}

/** What one look at the list of tokens came to. */
interface Look {
  ended: EndedToken[];
  missing: readonly Attempt[];
  /** Why there was no list. */
  error?: FastlyError;
}

function told({ ended, missing, error }: Look): EndedToken[] {
  const end: TokenEnd = error ? refused(error) : { kind: "never-existed" };
  return [...ended, ...missing.map((attempt) => endedToken(attempt, end))];
}

/** An edge or a proxy that sent a create twice has made two tokens of one name: both are ended. */
async function endListed(lost: readonly Attempt[], key: string, { api }: SettlePorts): Promise<Look> {
  if (lost.length === 0) return { ended: [], missing: [] };
  const listed = await listNames(api, key);
  if (listed instanceof FastlyError) return { ended: [], missing: lost, error: listed };
  const ended: EndedToken[] = [];
  for (const attempt of lost) {
    for (const { id } of listed.filter(({ name }) => name === attempt.name)) {
      ended.push({ ...endedToken(attempt, await revokeById(id, key, api)), id });
    }
  }
  const missing = lost.filter((attempt) => !listed.some(({ name }) => name === attempt.name));
  return { ended, missing };
}

/** An ID and a name are all that is needed here, so that what else is odd about a token does not hide it. */
async function listNames(api: FastlyApi, key: string): Promise<{ id: string; name: string }[] | FastlyError> {
  const odd: { id: string; name: string }[] = [];
  try {
    const tokens = await listTokensUser(api, key, (_error, item) => odd.push(...readIdAndName(item)));
    return [...tokens, ...odd];
  } catch (error) {
    return asFastlyError(error);
  }
}

/**
 * Looks a token up before revoking it: it may be gone already, which a refusal alone cannot tell. Where the
 * look-up fails, for at most a third of the time, the revocation may work all the same.
 */
export async function endById(
  id: string,
  key: string,
  { api, deadline, clock }: SettlePorts,
): Promise<TokenEnd> {
  const share = deadlineIn(deadline.remaining() / 3, clock);
  const found = await getToken(api.within({ deadline: share }), key, id).catch(asFastlyError);
  if (found instanceof FastlyError && found.code === "not-found") return { kind: "already-gone" };
  return revokeById(id, key, api);
}

async function revokeById(id: string, key: string, api: FastlyApi): Promise<TokenEnd> {
  try {
    await revokeToken(api, key, id);
    return { kind: "revoked" };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.code !== "not-found") return refused(error);
    return { kind: error.mayHaveHappened ? "revoked" : "already-gone" };
  }
}
