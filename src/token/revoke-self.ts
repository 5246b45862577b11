import { asFastlyError, type FastlyApi, revokeTokenCurrent } from "../fastly/index.ts";
import { type Look, settleByLooks } from "./settle-by-looks.ts";
import { goneStatus, isUnknownToken, type NotKnown, type RevokeStatus, youthLeft } from "./token-status.ts";

/**
 * Revokes with itself a token that is known to have existed.
 *
 * @param askedAt when it was asked for, where that may be moments ago
 */
export async function revokeSelf(
  api: FastlyApi,
  accessToken: string,
  askedAt?: number,
): Promise<RevokeStatus> {
  const status = await revokeUnseen(api, accessToken, askedAt === undefined ? 0 : youthLeft(api, askedAt));
  return status.kind === "not-known" ? goneStatus(status.responseLost) : status;
}

/** Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. */
export async function revokeUnseen(
  api: FastlyApi,
  accessToken: string,
  youthMs = 0,
): Promise<RevokeStatus | NotKnown> {
  return settleByLooks(api, youthMs, () => look(api, accessToken));
}

async function look(api: FastlyApi, accessToken: string): Promise<Look> {
  try {
    await revokeTokenCurrent(api, accessToken);
    return { kind: "settled", status: { kind: "revoked" } };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.code === "expired-key")
      return { kind: "settled", status: { kind: "already-gone", how: "expired" } };
    return { kind: isUnknownToken(error) ? "missing" : "failed", error };
  }
}
