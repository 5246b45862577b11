import { type FastlyApi, FastlyError, revokeTokenCurrent } from "../fastly/index.ts";

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
  } catch (error) {
    if (!(error instanceof FastlyError)) throw error;
    if (error.code === "unauthorized" || error.code === "not-found") return { kind: "already-gone" };
    return { kind: error.code === "forbidden" ? "ambiguous" : "left-alive", error };
  }
}
