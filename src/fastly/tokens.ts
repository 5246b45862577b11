/*
 * The operations of Fastly's Tokens API, and the one that opens sudo mode.
 *
 * | operation          | request                             | sent with                    | result        |
 * | ------------------ | ----------------------------------- | ---------------------------- | ------------- |
 * | bulkRevokeTokens   | DELETE /tokens                      | key                          |               |
 * | createToken        | POST /tokens                        | credentials, or key in sudo mode | CreatedToken  |
 * | getToken           | GET /tokens/{token_id}              | key                          | Token         |
 * | getTokenCurrent    | GET /tokens/self                    | key                          | Token         |
 * | listTokensCustomer | GET /customer/{customer_id}/tokens  | key                          | Token[]       |
 * | listTokensUser     | GET /tokens                         | key                          | Token[]       |
 * | revokeToken        | DELETE /tokens/{token_id}           | key                          |               |
 * | revokeTokenCurrent | DELETE /tokens/self                 | key                          |               |
 * | requestSudo        | POST /sudo                          | key and credentials          | when it ends  |
 *
 * Reads and deletes are repeated until the deadline where that may help; what carries a password is sent once.
 * Beside the errors that each operation names, each may throw those of "Errors of every operation" in
 * docs/contributing/tokens-api.md.
 */
import { isoTime } from "../text/iso-time.ts";
import type { Call, FastlyApi } from "./api.ts";
import { readFields } from "./fields.ts";
import { postForm, type UserCredentials } from "./post-form.ts";
import {
  type CreatedToken,
  findAccessToken,
  isId,
  type OnMalformed,
  readAccessToken,
  readCreated,
  readToken,
  readTokens,
  type Scope,
  type Token,
} from "./shapes.ts";

type Expectation = Pick<Call, "method" | "expect" | "repeatable" | "maxBytes">;

const read: Expectation = { method: "GET", expect: "json", repeatable: true };

/** A list comes in one piece, however long: room for about ten thousand tokens. */
const readList: Expectation = { ...read, maxBytes: 16 * 1024 * 1024 };

const remove: Expectation = { method: "DELETE", expect: "no-content", repeatable: true };

/** What a response without a body has to say. */
function nothing(): void {}

/**
 * Revokes several tokens in one request: `DELETE /tokens`.
 *
 * Source: Fastly's page on authentication tokens, `bulk_revoke_tokens`.
 *
 * @param api the client, from `connectApi`
 * @param key a token of the same user, or one of a superuser
 * @param tokenIds their IDs, letters and digits; for an empty list, nothing is sent
 * @throws {FastlyError} `bad-request`, `unauthorized`, `expired-key`, `forbidden` or `not-found`
 */
export async function bulkRevokeTokens(
  api: FastlyApi,
  key: string,
  tokenIds: readonly string[],
): Promise<void> {
  if (tokenIds.length === 0) return;
  const data = tokenIds.map((id) => ({ type: "token", id: checked(id, "token") }));
  const headers = { "content-type": "application/vnd.api+json; ext=bulk" };
  await api.send({ ...remove, path: "/tokens", key, headers, body: JSON.stringify({ data }) }, nothing);
}

/** Who asks for a token: a user by name and password, or by a key of theirs that is in sudo mode. */
export type MintingCredentials =
  | ({ kind: "password" } & UserCredentials)
  | { kind: "key-in-sudo-mode"; key: string };

export interface TokenOrder {
  name: string;
  scopes: readonly Scope[];
  /** IDs of the services it is limited to; empty for all of them. */
  services: readonly string[];
  /** When the token dies by itself; sent in UTC, in whole seconds. */
  expiresAt: Date;
}

/**
 * Creates a token: `POST /tokens`, in one request that is never repeated here, since a try whose response
 * was lost may have made a token (assumed: create-lost).
 *
 * Source: Fastly's page on authentication tokens, `create_token`; `Fastly-OTP` from its page on two-factor
 * authentication; that a key in sudo mode needs no password from the page on sudo.
 *
 * @param api the client, from `connectApi`
 * @param order what the token is to be: `name`, `scopes`, `services` (IDs; empty for all) and `expiresAt`
 * @param credentials a user with a password, or a key in sudo mode
 * @param onAccessToken called with the token itself as soon as it was read and before anything else of the
 *   response is judged, its status included, so that it can be masked and kept whatever follows
 * @throws {FastlyError} `refused-credentials`, `missing-credentials`, `refused-otp`, `account-locked`,
 *   `invalid-scope`, `invalid-expiry`, `token-limit`, `bad-request`; `unauthorized`, `expired-key` or `forbidden` for
 *   a key that may not create tokens; `mayHaveHappened` says whether a token may exist all the same
 */
export async function createToken(
  api: FastlyApi,
  order: TokenOrder,
  credentials: MintingCredentials,
  onAccessToken: (accessToken: string) => void = () => {},
): Promise<CreatedToken> {
  if (order.scopes.length === 0) throw new TypeError("a token needs at least one scope");
  const form = new URLSearchParams({
    name: order.name,
    scope: order.scopes.join(" "),
    expires_at: isoTime(order.expiresAt.getTime()),
  });
  for (const service of order.services) form.append("services[]", service);
  const inspect: Call["inspect"] = ({ body }) => {
    const accessToken = findAccessToken(body);
    if (accessToken !== undefined) onAccessToken(accessToken);
  };
  const by = credentials.kind === "password" ? { user: credentials } : credentials;
  return await postForm(api, "/tokens", form, by, { inspect }, (response) => {
    const accessToken = readAccessToken(response);
    return { ...readCreated(response, order.name), accessToken };
  });
}

/**
 * Describes one token: `GET /tokens/{token_id}`.
 *
 * Source: Fastly's page on authentication tokens, `get_token`.
 *
 * @param api the client, from `connectApi`
 * @param key a token that may read it
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `unauthorized`, `expired-key`, `forbidden` or `not-found`
 */
export async function getToken(api: FastlyApi, key: string, tokenId: string): Promise<Token> {
  return api.send({ ...read, path: `/tokens/${checked(tokenId, "token")}`, key }, readToken);
}

/**
 * Describes the token that asks: `GET /tokens/self`.
 *
 * Source: Fastly's page on authentication tokens, `get_token_current`.
 *
 * @param api the client, from `connectApi`
 * @param key the token that is asked about
 * @throws {FastlyError} `unauthorized`, `expired-key` or `forbidden`
 */
export async function getTokenCurrent(api: FastlyApi, key: string): Promise<Token> {
  return api.send({ ...read, path: "/tokens/self", key }, readToken);
}

/**
 * Lists the tokens of a whole customer: `GET /customer/{customer_id}/tokens`, in one response without pages.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_customer`.
 *
 * @param api the client, from `connectApi`
 * @param key a token of a superuser of that customer
 * @param customerId the customer's ID, letters and digits
 * @param onMalformed called for each token that is malformed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `expired-key`, `forbidden` or `not-found`
 */
export async function listTokensCustomer(
  api: FastlyApi,
  key: string,
  customerId: string,
  onMalformed?: OnMalformed,
): Promise<Token[]> {
  const path = `/customer/${checked(customerId, "customer")}/tokens`;
  return api.send({ ...readList, path, key }, (response) => readTokens(response, onMalformed));
}

/**
 * Lists the tokens of the user that asks: `GET /tokens`, in one response without pages.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_user`.
 *
 * @param api the client, from `connectApi`
 * @param key a token of that user
 * @param onMalformed called for each token that is malformed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `expired-key` or `forbidden`
 */
export async function listTokensUser(
  api: FastlyApi,
  key: string,
  onMalformed?: OnMalformed,
): Promise<Token[]> {
  return api.send({ ...readList, path: "/tokens", key }, (response) => readTokens(response, onMalformed));
}

/**
 * Revokes a token by its ID: `DELETE /tokens/{token_id}`.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token`.
 *
 * @param api the client, from `connectApi`
 * @param key another token of the same user, or one of a superuser
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `bad-request`, `unauthorized`, `expired-key`, `forbidden` or `not-found`
 */
export async function revokeToken(api: FastlyApi, key: string, tokenId: string): Promise<void> {
  await api.send({ ...remove, path: `/tokens/${checked(tokenId, "token")}`, key }, nothing);
}

/**
 * Revokes the token that asks: `DELETE /tokens/self`. It may be repeated, so that `unauthorized` may also mean that
 * an earlier try had worked.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token_current`.
 *
 * @param api the client, from `connectApi`
 * @param key the token that ends
 * @param tokenId its ID, where it is known: only a response about this token then says that it has expired
 * @throws {FastlyError} `expired-key` (it is gone), `unauthorized` and `not-found` (Fastly does not know it, or
 *   does not know it yet: one such response proves nothing), `forbidden` (which proves nothing; assumed: self-revoke-403) or
 *   `bad-request`
 */
export async function revokeTokenCurrent(api: FastlyApi, key: string, tokenId?: string): Promise<void> {
  await api.send({ ...remove, path: "/tokens/self", key, keyId: tokenId }, nothing);
}

/**
 * Puts a key into sudo mode for about five minutes, in which it may create tokens: `POST /sudo`. Never
 * repeated here, since a refused password counts towards locking the account.
 *
 * Source: Fastly's page on sudo; the response as recorded by Fastly's Go client.
 *
 * @param api the client, from `connectApi`
 * @param key an existing token of the same user
 * @param user that user by name and password, and a one-time password where two-factor authentication is on
 * @returns when sudo mode ends, ISO 8601; null where the response does not say, which is fine with any 2xx
 * @throws {FastlyError} as `createToken` does; `refused-credentials` is a 403 here (documented), and `unauthorized`,
 *   `expired-key` or `forbidden` says that the key is refused
 */
export async function requestSudo(
  api: FastlyApi,
  key: string,
  user: UserCredentials,
): Promise<{ expiryTime: string | null }> {
  return postForm(api, "/sudo", new URLSearchParams(), { key, user }, { mayBeEmpty: true }, (response) => ({
    expiryTime: readFields(response).unneededTime("expiry_time"),
  }));
}

/** @throws {TypeError} for a text that would make another path, such as `self` or `../service` */
function checked(id: string, whose: "token" | "customer"): string {
  if (isId(id)) return id;
  throw new TypeError(`a ${whose} ID has only letters and digits`);
}
