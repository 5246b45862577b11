import type { FastlyApi } from "./api.ts";
import { listMaxBytes, readTokens, type Token } from "./token.ts";

/**
 * Lists the tokens of the user that asks: `GET /tokens`, in one answer without pages. Repeated until the
 * deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_user`.
 *
 * @param key a token of that user
 * @throws {FastlyError} `unauthorized`, `forbidden`, `malformed-answer` or a failure on the way
 */
export async function listTokensUser(api: FastlyApi, key: string): Promise<Token[]> {
  const answer = await api.send({
    method: "GET",
    path: "/tokens",
    key,
    expect: "json",
    repeatable: true,
    maxBytes: listMaxBytes,
  });
  return readTokens(answer, "GET /tokens");
}
