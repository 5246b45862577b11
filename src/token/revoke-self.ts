import { asFastlyError, type FastlyApi, FastlyError, revokeTokenCurrent } from "../fastly/index.ts";
import {
  isUnknownToken,
  type NotKnown,
  type RevokeStatus,
  secondLookMs,
  statusAfter,
} from "./token-status.ts";

/** Revokes with itself a token that is known to have existed. */
export async function revokeSelf(api: FastlyApi, accessToken: string): Promise<RevokeStatus> {
  const status = await revokeUnseen(api, accessToken);
  if (status.kind !== "not-known") return status;
  // After a revocation whose answer was lost, it is gone because that one had worked.
  return status.answerLost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
}

/**
 * Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. Where Fastly does not know the
 * token, it is asked once more after a second or two, since a fresh token may not be known everywhere yet.
 */
export async function revokeUnseen(api: FastlyApi, accessToken: string): Promise<RevokeStatus | NotKnown> {
  const first = await tryToRevoke(api, accessToken);
  if (!(first instanceof FastlyError)) return first;
  if (!isUnknownToken(first)) return statusAfter(first);
  if (!(await waited(api, secondLookMs))) return statusAfter(first);
  const second = await tryToRevoke(api, accessToken);
  if (!(second instanceof FastlyError)) return second;
  if (!isUnknownToken(second)) return statusAfter(second);
  return { kind: "not-known", answerLost: first.mayHaveHappened || second.mayHaveHappened };
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
