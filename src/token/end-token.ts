import {
  asFastlyError,
  type Clock,
  type Deadline,
  deadlineIn,
  type FastlyApi,
  type FastlyError,
  revokeTokenCurrent,
} from "../fastly/index.ts";

/** How an attempt to end a token by itself went. Only 204, 401 and 404 prove that it is gone. */
export type Ending =
  | { kind: "revoked" }
  /** Revoked by somebody else, or expired. */
  | { kind: "already-gone" }
  /** 403: it may be dead, or alive and not allowed to revoke itself (assumed). */
  | { kind: "ambiguous"; error: FastlyError }
  | { kind: "left-alive"; error: FastlyError };

/** Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. */
export async function endToken(api: FastlyApi, accessToken: string): Promise<Ending> {
  try {
    await revokeTokenCurrent(api, accessToken);
    return { kind: "revoked" };
  } catch (caught) {
    const error = asFastlyError(caught);
    // After a try whose answer was lost, it is most likely gone because that try had worked.
    const gone: Ending = { kind: error.mayHaveHappened ? "revoked" : "already-gone" };
    if (error.code === "unauthorized" || error.code === "not-found") return gone;
    return { kind: error.code === "forbidden" ? "ambiguous" : "left-alive", error };
  }
}

/** Half of the time that is left: what revoking a token with itself may take, where there is another way. */
export function halfOf(deadline: Deadline, clock: Clock): Deadline {
  return deadlineIn(deadline.remaining() / 2, clock);
}
