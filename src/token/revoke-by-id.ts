import { asFastlyError, type FastlyApi, type FastlyError, getToken, revokeToken } from "../fastly/index.ts";
import { askWithFreshKey } from "./fresh-key.ts";
import { type Look, settleByLooks } from "./settle-by-looks.ts";
import { goneStatus, type Revoked, type RevokeStatus, youthLeft } from "./token-status.ts";

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
): Promise<RevokeStatus> {
  const revoke = () => revokeToken(api, key, id);
  const youthMs = askedAt === undefined ? 0 : youthLeft(api, askedAt);
  const status = await settleByLooks(api, youthMs, async (look): Promise<Look<Revoked>> => {
    const error = await failureOf(hasFreshKey ? askWithFreshKey(api, revoke) : revoke());
    if (!error) return { kind: "settled", status: { kind: "revoked" } };
    if (error.code === "unauthorized" && look === 1) return { kind: "too-early", error };
    return { kind: (await isMissing(api, key, id, error)) ? "missing" : "failed", error };
  });
  return status.kind === "not-known" ? goneStatus(status.responseLost) : status;
}

/** A refusal alone does not say whether the token is gone or this key may not revoke it: reading the token does. */
async function isMissing(api: FastlyApi, key: string, id: string, error: FastlyError): Promise<boolean> {
  if (error.code === "not-found") return true;
  if (error.code !== "forbidden" && error.code !== "bad-request") return false;
  return (await failureOf(getToken(api, key, id)))?.code === "not-found";
}

async function failureOf(request: Promise<unknown>): Promise<FastlyError | undefined> {
  return request.then(() => undefined, asFastlyError);
}
