import { asFastlyError, type FastlyApi, type FastlyError, getToken, revokeToken } from "../fastly/index.ts";
import { waited } from "./revoke-self.ts";
import { secondLookMs, statusAfter, type TokenStatus } from "./token-status.ts";

/**
 * Revokes, with another key, a token that is known to have existed. A 404 by ID counts only when it is seen twice,
 * and only because the token had been seen; about an ID that somebody typed it proves nothing.
 */
export async function revokeById(api: FastlyApi, key: string, id: string): Promise<TokenStatus> {
  let lost = false;
  let misses = 0;
  for (let look = 1; ; look++) {
    const error = await failureOf(revokeToken(api, key, id));
    if (!error) return { kind: "revoked" };
    lost ||= error.mayHaveHappened;
    const missing = error.code === "not-found" || (await isMissing(api, key, id, error));
    // A fresh key may not be known everywhere yet.
    const isEarly = error.code === "unauthorized" && look === 1;
    if (!missing && !isEarly) return statusAfter(error);
    if (missing) misses++;
    if (misses === 2) return lost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
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
