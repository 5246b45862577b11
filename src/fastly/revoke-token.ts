import type { FastlyApi } from "./api.ts";
import { pathOfToken } from "./token.ts";

/**
 * Revokes a token by its ID: `DELETE /tokens/{token_id}`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key another token of the same user, or one of a superuser
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `bad-request`, `unauthorized`, `forbidden`, `not-found` or a failure on the way
 */
export async function revokeToken(api: FastlyApi, key: string, tokenId: string): Promise<void> {
  const path = pathOfToken(tokenId);
  await api.send({ method: "DELETE", path, key, expect: "no-content", repeatable: true });
}
