import type { FastlyApi } from "./api.ts";
import { requireTokenId } from "./token.ts";

/**
 * Revokes several tokens in one request: `DELETE /tokens`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `bulk_revoke_tokens`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of the same user, or one of a superuser
 * @param tokenIds their IDs, letters and digits; for none of them nothing is sent
 * @throws {FastlyError} `bad-request`, `unauthorized`, `forbidden`, `not-found` or a failure on the way
 */
export async function bulkRevokeTokens(
  api: FastlyApi,
  key: string,
  tokenIds: readonly string[],
): Promise<void> {
  if (tokenIds.length === 0) return;
  for (const tokenId of tokenIds) requireTokenId(tokenId);
  const data = tokenIds.map((id) => ({ type: "token", id }));
  await api.send({
    method: "DELETE",
    path: "/tokens",
    key,
    headers: { "content-type": "application/vnd.api+json; ext=bulk" },
    body: JSON.stringify({ data }),
    expect: "no-content",
    repeatable: true,
  });
}
