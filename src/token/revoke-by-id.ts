import { asFastlyError, type FastlyApi, type FastlyError, getToken, revokeToken } from "../fastly/index.ts";
import { askWithFreshKey } from "./fresh-key.ts";
import { waited } from "./revoke-self.ts";
import { secondLookMs, statusAfter, type TokenStatus, youthLeft } from "./token-status.ts";

/**
 * Revokes, with another key, a token that is known to have existed. A 404 by ID counts only when it is seen twice,
 * the second time when the token is known everywhere, and only because the token had been seen; about an ID that
 * somebody typed it proves nothing.
 *
 * @param askedAt when the token was asked for, where that may be moments ago
 * @param hasFreshKey whether the key itself was created moments ago
 */
export async function revokeById(
  api: FastlyApi,
  key: string,
  id: string,
  { askedAt, hasFreshKey = false }: { askedAt?: number; hasFreshKey?: boolean } = {},
): Promise<TokenStatus> {
  const { clock } = api;
  const grownUpAt = clock.elapsed() + (askedAt === undefined ? 0 : youthLeft(api, askedAt));
  const revoke = () => revokeToken(api, key, id);
  let lost = false;
  let misses = 0;
  for (let look = 1; ; look++) {
    const error = await failureOf(hasFreshKey ? askWithFreshKey(api, revoke) : revoke());
    if (!error) return { kind: "revoked" };
    lost ||= error.mayHaveHappened;
    const missing = error.code === "not-found" || (await isMissing(api, key, id, error));
    // A fresh key may not be known everywhere yet.
    const isEarly = error.code === "unauthorized" && look === 1;
    if (!missing && !isEarly) return statusAfter(error);
    if (missing) misses++;
    if (misses > 1 && clock.elapsed() >= grownUpAt)
      return lost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
    if (!(await waited(api, secondLookMs))) return statusAfter(error);
  }
}

/** A refusal alone cannot tell a token that is gone from one that this key may not revoke: reading it can. */
async function isMissing(api: FastlyApi, key: string, id: string, error: FastlyError): Promise<boolean> {
  if (error.code !== "forbidden" && error.code !== "bad-request") return false;
  return (await failureOf(getToken(api, key, id)))?.code === "not-found";
}

async function failureOf(request: Promise<unknown>): Promise<FastlyError | undefined> {
  return request.then(() => undefined, asFastlyError);
}
