import {
  asFastlyError,
  type Clock,
  type Deadline,
  type FastlyApi,
  type FastlyError,
  getToken,
  listTokensUser,
  revokeToken,
  type Token,
} from "../fastly/index.ts";
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
  const lost = attempts.filter((attempt) => idOf(attempt) === undefined).map(({ name }) => name);
  const found = lost.length > 0 ? await findByName(lost, key, ports) : new Map<string, string>();
  const ended: EndedToken[] = [];
  for (const attempt of attempts) {
    const id = idOf(attempt) ?? (found instanceof Map ? found.get(attempt.name) : undefined);
    if (id !== undefined) ended.push({ ...endedToken(attempt, await endById(id, key, ports.api)), id });
    else if (found instanceof Map) ended.push(endedToken(attempt, { kind: "never-existed" }));
    else ended.push(endedToken(attempt, refused(found)));
  }
  return ended;
}

/** Looks a token up before revoking it: it may be gone already, which a refusal alone cannot tell. */
export async function endById(id: string, key: string, api: FastlyApi): Promise<TokenEnd> {
  try {
    await getToken(api, key, id);
    await revokeToken(api, key, id);
    return { kind: "revoked" };
  } catch (caught) {
    const error = asFastlyError(caught);
    return error.code === "not-found" ? { kind: "already-gone" } : refused(error);
  }
}

/** @returns the IDs of those tokens that exist, by their names, or why they could not be listed */
async function findByName(
  names: readonly string[],
  key: string,
  { api, clock, deadline }: SettlePorts,
): Promise<Map<string, string> | FastlyError> {
  try {
    const first = idsByName(names, await listTokensUser(api, key));
    if (first.size === names.length || deadline.remaining() <= secondLookMs) return first;
    await clock.wait(secondLookMs);
    return idsByName(names, await listTokensUser(api, key));
  } catch (error) {
    return asFastlyError(error);
  }
}

function idsByName(names: readonly string[], tokens: readonly Token[]): Map<string, string> {
  return new Map(tokens.filter(({ name }) => names.includes(name)).map(({ name, id }) => [name, id]));
}
