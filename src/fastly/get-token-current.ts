import type { FastlyApi } from "./api.ts";
import { readToken, type Token } from "./token.ts";

/**
 * Describes the token that asks: `GET /tokens/self`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `get_token_current`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key the token that is asked about
 * @throws {FastlyError} `unauthorized`, `forbidden`, `malformed-response` or a failure on the way
 */
export async function getTokenCurrent(api: FastlyApi, key: string): Promise<Token> {
  const response = await api.send({
    method: "GET",
    path: "/tokens/self",
    key,
    expect: "json",
    repeatable: true,
  });
  return readToken(response, "GET /tokens/self");
}
