import { asFastlyError, type FastlyApi, FastlyError, revokeTokenCurrent } from "../fastly/index.ts";
import {
  isUnknownToken,
  type NotKnown,
  type RevokeStatus,
  secondLookMs,
  statusAfter,
  youthLeft,
} from "./token-status.ts";

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
  if (status.kind !== "not-known") return status;
  // After a revocation whose response was lost, it is gone because that one had worked.
  return status.responseLost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
}

/**
 * Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. Where Fastly does not know the
 * token, it is asked once more after a second or two, or as soon as a fresh token is known everywhere.
 */
export async function revokeUnseen(
  api: FastlyApi,
  accessToken: string,
  youthMs = 0,
): Promise<RevokeStatus | NotKnown> {
  const { clock } = api;
  const grownUpAt = clock.elapsed() + youthMs;
  let responseLost = false;
  for (let look = 1; ; look++) {
    const result = await tryToRevoke(api, accessToken);
    if (!(result instanceof FastlyError)) return result;
    responseLost ||= result.mayHaveHappened;
    result.mayHaveHappened = responseLost;
    if (!isUnknownToken(result)) return statusAfter(result);
    if (look > 1 && clock.elapsed() >= grownUpAt) return { kind: "not-known", responseLost };
    // The second look counts once the token is known everywhere; where time is short, an earlier one may revoke it.
    const grownUpMs = Math.max(secondLookMs, grownUpAt - clock.elapsed() + 50);
    const waitMs = grownUpMs < api.deadline.remaining() ? grownUpMs : secondLookMs;
    if (!(await waited(api, waitMs))) return statusAfter(result);
  }
}

async function tryToRevoke(api: FastlyApi, accessToken: string): Promise<RevokeStatus | FastlyError> {
  try {
    await revokeTokenCurrent(api, accessToken);
    return { kind: "revoked" };
  } catch (caught) {
    const error = asFastlyError(caught);
    return error.code === "expired-key" ? { kind: "already-gone", how: "expired" } : error;
  }
}

/** @returns false where there is not enough time, or the wait was interrupted */
export async function waited({ clock, deadline, signal }: FastlyApi, ms: number): Promise<boolean> {
  if (ms >= deadline.remaining()) return false;
  try {
    await clock.wait(ms, signal);
    return true;
  } catch {
    // Only the signal ends a wait early.
    return false;
  }
}
