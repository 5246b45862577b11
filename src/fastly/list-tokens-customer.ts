import type { FastlyApi } from "./api.ts";
import { isId, listMaxBytes, type OnMalformed, readTokens, type Token } from "./token.ts";

/**
 * Lists the tokens of a whole customer: `GET /customer/{customer_id}/tokens`, in one response without pages.
 * Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_customer`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of a superuser of that customer
 * @param customerId the customer's ID, letters and digits
 * @param onMalformed called for each token that is malformed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `forbidden`, `not-found`, `malformed-response` or a failure on the way
 */
export async function listTokensCustomer(
  api: FastlyApi,
  key: string,
  customerId: string,
  onMalformed?: OnMalformed,
): Promise<Token[]> {
  if (!isId(customerId)) throw new TypeError("a customer ID has only letters and digits");
  const path = `/customer/${customerId}/tokens`;
  const response = await api.send({
    method: "GET",
    path,
    key,
    expect: "json",
    repeatable: true,
    maxBytes: listMaxBytes,
  });
  return readTokens(response, `GET ${path}`, onMalformed);
}
