import {
  asFastlyError,
  type Clock,
  type Deadline,
  type FastlyApi,
  FastlyError,
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
  const found = lost.length > 0 ? await findByName(lost, key, ports) : [];
  const ended: EndedToken[] = [];
  for (const attempt of attempts) ended.push(...(await settleOne(attempt, found, key, ports.api)));
  return ended;
}

/** An edge or a proxy that sent a create twice has made two tokens of one name: both are ended. */
async function settleOne(
  attempt: Attempt,
  found: readonly Token[] | FastlyError,
  key: string,
  api: FastlyApi,
): Promise<EndedToken[]> {
  const known = idOf(attempt);
  if (known === undefined && found instanceof FastlyError) return [endedToken(attempt, refused(found))];
  const named = found instanceof FastlyError ? [] : found.filter(({ name }) => name === attempt.name);
  const ids = known === undefined ? named.map(({ id }) => id) : [known];
  if (ids.length === 0) return [endedToken(attempt, { kind: "never-existed" })];
  const ended: EndedToken[] = [];
  for (const id of ids) ended.push({ ...endedToken(attempt, await endById(id, key, api)), id });
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

/** @returns the tokens that have one of these names, or why they could not be listed */
async function findByName(
  names: readonly string[],
  key: string,
  { api, clock, deadline }: SettlePorts,
): Promise<Token[] | FastlyError> {
  // Somebody's odd token must not stand in the way of these.
  const find = async () =>
    (await listTokensUser(api, key, () => {})).filter(({ name }) => names.includes(name));
  try {
    const first = await find();
    const all = names.every((name) => first.some((token) => token.name === name));
    if (all || deadline.remaining() <= secondLookMs) return first;
    await clock.wait(secondLookMs);
    return await find();
  } catch (error) {
    return asFastlyError(error);
  }
}
