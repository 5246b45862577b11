import type { FastlyApi } from "./api.ts";

/**
 * Revokes the token that asks: `DELETE /tokens/self`. Repeated until the deadline where that may help, so
 * that `unauthorized` may also mean that an earlier try had worked.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token_current`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key the token that ends
 * @throws {FastlyError} `expired-key` (it is gone), `unauthorized` and `not-found` (Fastly does not know it, or
 *   does not know it yet: ask again before you believe it), `forbidden` (which proves nothing: assumed),
 *   `bad-request` or a failure on the way
 */
export async function revokeTokenCurrent(api: FastlyApi, key: string): Promise<void> {
  await api.send({ method: "DELETE", path: "/tokens/self", key, expect: "no-content", repeatable: true });
}
