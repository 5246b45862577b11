import type { FastlyApi } from "./api.ts";
import { listMaxBytes, type OnMalformed, readTokens, type Token } from "./token.ts";

/**
 * Lists the tokens of the user that asks: `GET /tokens`, in one response without pages. Repeated until the
 * deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_user`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of that user
 * @param onMalformed called for each token that is malformed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `forbidden`, `malformed-response` or a failure on the way
 */
export async function listTokensUser(
  api: FastlyApi,
  key: string,
  onMalformed?: OnMalformed,
): Promise<Token[]> {
  const response = await api.send({
    method: "GET",
    path: "/tokens",
    key,
    expect: "json",
    repeatable: true,
    maxBytes: listMaxBytes,
  });
  return readTokens(response, "GET /tokens", onMalformed);
}
