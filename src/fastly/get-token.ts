import type { FastlyApi } from "./api.ts";
import { pathOfToken, readToken, type Token } from "./token.ts";

/**
 * Describes one token: `GET /tokens/{token_id}`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `get_token`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token that may read it
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `unauthorized`, `forbidden`, `not-found`, `malformed-response` or a failure on the way
 */
export async function getToken(api: FastlyApi, key: string, tokenId: string): Promise<Token> {
  const path = pathOfToken(tokenId);
  const response = await api.send({ method: "GET", path, key, expect: "json", repeatable: true });
  return readToken(response, `GET ${path}`);
}
