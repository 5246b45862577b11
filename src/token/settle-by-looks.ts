import type { FastlyApi, FastlyError } from "../fastly/index.ts";
import {
  type NotKnown,
  type NotRevoked,
  type RevokeStatus,
  secondLookMs,
  statusAfter,
} from "./token-status.ts";
import { waited } from "./waited.ts";

/** What one try to revoke a token shows. */
export type Look<Settled extends RevokeStatus> =
  | { kind: "settled"; status: Settled }
  /** Fastly does not know the token, or says of one that may be another that it has expired. */
  | { kind: "missing"; error: FastlyError }
  /** Fastly does not know the key, which may be too fresh for it. */
  | { kind: "too-early"; error: FastlyError }
  | { kind: "failed"; error: FastlyError };

/**
 * Tries to revoke a token until a look settles it. Where Fastly does not know the token, it is asked once more after a
 * second or two, or as soon as a fresh token is known everywhere: one look alone may be at a place that does not know
 * it yet.
 *
 * @param youthMs how much longer that may be so
 */
export async function settleByLooks<Settled extends RevokeStatus>(
  api: FastlyApi,
  youthMs: number,
  take: (look: number) => Promise<Look<Settled>>,
): Promise<Settled | NotRevoked | NotKnown> {
  const { clock, deadline } = api;
  const grownUpAt = clock.elapsed() + youthMs;
  let responseLost = false;
  let misses = 0;
  for (let look = 1; ; look++) {
    const result = await take(look);
    if (result.kind === "settled") return result.status;
    const { kind, error } = result;
    responseLost ||= error.mayHaveHappened;
    error.mayHaveHappened = responseLost;
    if (kind === "failed") return statusAfter(error);
    if (kind === "missing") misses++;
    if (misses > 1 && clock.elapsed() >= grownUpAt)
      return { kind: "not-known", responseLost, ...(error.code === "expired-key" ? { expiry: error } : {}) };
    // The second look counts once the token is known everywhere; where time is short, an earlier one may revoke it.
    const grownUpMs = Math.max(secondLookMs, grownUpAt - clock.elapsed() + 50);
    const waitMs = grownUpMs < deadline.remaining() ? grownUpMs : secondLookMs;
    if (!(await waited(api, waitMs))) return statusAfter(error);
  }
}
