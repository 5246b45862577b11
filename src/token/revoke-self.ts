import { asFastlyError, type FastlyApi, revokeTokenCurrent } from "../fastly/index.ts";
import { type Look, settleByLooks } from "./settle-by-looks.ts";
import {
  goneStatus,
  isUnknownToken,
  type NotKnown,
  type NotRevoked,
  type Revoked,
  type RevokeStatus,
  youthLeft,
} from "./token-status.ts";

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
  const status = await settleByLooks(api, youthMs, () =>
    id === undefined ? look(api, accessToken) : lookAtKnown(api, accessToken, id),
  );
  if (status.kind !== "not-known") return status;
  if (status.expiry) return { kind: "unknown", problem: { kind: "error", error: status.expiry } };
  return goneStatus(status.responseLost);
}

/** What can be known of a token that nobody here has seen: never that it existed, and is gone. */
export type UnseenStatus = Revoked | NotRevoked | NotKnown;

/** Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. */
export async function revokeUnseen(api: FastlyApi, accessToken: string): Promise<UnseenStatus> {
  return settleByLooks(api, 0, () => look(api, accessToken));
}

async function look(api: FastlyApi, accessToken: string, id?: string): Promise<Look<Revoked>> {
  try {
    await revokeTokenCurrent(api, accessToken, id);
    return { kind: "settled", status: { kind: "revoked" } };
  } catch (caught) {
    const error = asFastlyError(caught);
    // Without the token's ID, that a key has expired may be about another one, such as a gateway's own.
    const isMissing = error.code === "expired-key" || isUnknownToken(error);
    return { kind: isMissing ? "missing" : "failed", error };
  }
}

/** The same, where the response that the token has expired is about this one. */
async function lookAtKnown(
  api: FastlyApi,
  accessToken: string,
  id: string,
): Promise<Look<Revoked | AlreadyGone>> {
  const result = await look(api, accessToken, id);
  return result.kind === "missing" && result.error.code === "expired-key"
    ? { kind: "settled", status: { kind: "already-gone", how: "expired" } }
    : result;
}

type AlreadyGone = Extract<RevokeStatus, { kind: "already-gone" }>;
