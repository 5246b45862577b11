import { asFastlyError, type FastlyApi, revokeTokenCurrent } from "../fastly/index.ts";
import { type Look, settleByLooks } from "./settle-by-looks.ts";
import { goneStatus, isUnknownToken, type NotKnown, type RevokeStatus, youthLeft } from "./token-status.ts";

/**
 * Revokes with itself a token that is known to have existed.
 *
 * @param id its ID, where that is known
 * @param askedAt when it was asked for, where that may be moments ago
 */
export async function revokeSelf(
  api: FastlyApi,
  accessToken: string,
  { id, askedAt }: { id?: string | undefined; askedAt?: number } = {},
): Promise<RevokeStatus> {
  const youthMs = askedAt === undefined ? 0 : youthLeft(api, askedAt);
  const status = await settleByLooks(api, youthMs, () => look(api, accessToken, id));
  if (status.kind !== "not-known") return status;
  if (status.expiry) return { kind: "unknown", problem: { kind: "error", error: status.expiry } };
  return goneStatus(status.responseLost);
}

/** Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. */
export async function revokeUnseen(api: FastlyApi, accessToken: string): Promise<RevokeStatus | NotKnown> {
  return settleByLooks(api, 0, () => look(api, accessToken));
}

async function look(api: FastlyApi, accessToken: string, id?: string): Promise<Look> {
  try {
    await revokeTokenCurrent(api, accessToken, id);
    return { kind: "settled", status: { kind: "revoked" } };
  } catch (caught) {
    const error = asFastlyError(caught);
    const isExpired = error.code === "expired-key";
    // Without the token's ID, the response may be about another one, such as a gateway's own.
    if (isExpired && id !== undefined)
      return { kind: "settled", status: { kind: "already-gone", how: "expired" } };
    return { kind: isExpired || isUnknownToken(error) ? "missing" : "failed", error };
  }
}
