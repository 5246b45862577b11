import {
  bulkRevokeTokens,
  createToken,
  type FastlyApi,
  getToken,
  getTokenCurrent,
  listTokensCustomer,
  listTokensUser,
  requestSudo,
  revokeToken,
  revokeTokenCurrent,
} from "../../src/fastly/index.ts";
import { errorOf, inAnHour, useClient } from "../client/client.ts";
import { documented, recorded, type Source, seen } from "./sources.ts";

/*
 * What Fastly's API has answered, or is documented to answer, as the client reads it. Keys and forms are as they stand
 * in the source; the values are made up.
 */

const client = useClient();

const key = "a-key-of-32-characters-1234567890";
const id = "0aB1cD2eF3gH4iJ5kL6mN7";
const user = "1tSCjJnpQYBBCAsIfI6pX0";
const customer = "2uTDkKoqRZCCDBtJgJ7qY1";
const service = "3vUElLprSADDECuKhK8rZ2";

const order = { name: "a token", scopes: ["global"], services: [service], expiresAt: inAnHour() } as const;
const create = (api: FastlyApi) =>
  createToken(api, order, { kind: "password", username: "someone@example.com", password: "pass word" });

const created = {
  id,
  name: "a token",
  user_id: user,
  service_id: service,
  expires_at: null,
  created_at: "2021-01-14T11:47:46Z",
  updated_at: "2021-01-14T11:47:46Z",
  scope: "global",
  services: [service],
  access_token: "Q0p-u3neoxQQ6IPL8g7eRkkCjyWcwd_I",
};

const read = {
  id,
  user_id: user,
  customer_id: customer,
  name: "a token",
  last_used_at: "2021-01-14T11:36:43Z",
  created_at: "2021-01-14T11:25:39Z",
  expires_at: null,
  ip: "192.0.2.1",
  user_agent: "a client",
  sudo_expires_at: null,
  scopes: ["global"],
  scope: "global",
  services: [service],
  service_id: service,
};

type Answer = {
  says: string;
  source: Source;
  status?: number;
  body: unknown;
  ask(api: FastlyApi): Promise<unknown>;
  gives: unknown;
};

const answers: Answer[] = [
  {
    says: "a created token, with the customer's ID",
    source: recorded("tokens/create"),
    body: { ...created, customer_id: customer },
    ask: create,
    gives: expect.objectContaining({
      id,
      accessToken: created.access_token,
      customerId: customer,
      services: [service],
      createdAt: created.created_at,
      expiresAt: null,
    }),
  },
  {
    says: "a created token without it",
    source: documented.tokens,
    body: created,
    ask: create,
    gives: expect.objectContaining({ id, accessToken: created.access_token, customerId: null }),
  },
  {
    says: "a created token of an older form: no customer, times with an offset",
    source: seen.noSudo,
    body: {
      id,
      access_token: created.access_token,
      user_id: user,
      services: [service],
      name: "a token",
      scope: "purge_all purge_select",
      created_at: "2016-06-22T03:19:48+00:00",
      last_used_at: "2016-06-22T03:19:48+00:00",
      expires_at: "2016-07-28T19:24:50+00:00",
      ip: "192.0.2.1",
      user_agent: "a client",
    },
    ask: create,
    gives: expect.objectContaining({
      id,
      scope: "purge_all purge_select",
      expiresAt: expect.stringMatching(/^2016-07-28T19:24:50/),
    }),
  },
  {
    says: "sudo mode",
    source: recorded("tokens/create"),
    body: { expiry_time: "2021-01-14T11:52:45+00:00" },
    ask: (api) => requestSudo(api, key, { username: "someone@example.com", password: "pass word" }),
    gives: { expiryTime: "2021-01-14T11:52:45+00:00" },
  },
  {
    says: "the token itself",
    source: recorded("tokens/get_self"),
    body: read,
    ask: (api) => getTokenCurrent(api, key),
    gives: expect.objectContaining({ id, lastUsedAt: read.last_used_at, customerId: customer }),
  },
  {
    says: "a token by its ID, never used",
    source: recorded("tokens/list_customer"),
    body: { ...read, last_used_at: null, ip: null, user_agent: null },
    ask: (api) => getToken(api, key, id),
    gives: expect.objectContaining({ id, lastUsedAt: null }),
  },
  {
    says: "an automation token, whose services are null",
    source: recorded("automation_tokens/get"),
    body: {
      id,
      services: null,
      name: "for machines",
      role: "engineer",
      access_token: "",
      scope: "global",
      ip: null,
      created_at: "2025-02-25T05:12:57Z",
      last_used_at: null,
      expires_at: null,
      user_agent: null,
    },
    ask: (api) => getToken(api, key, id),
    gives: expect.objectContaining({ id, services: [], userId: null }),
  },
  {
    says: "the user's tokens",
    source: recorded("tokens/list"),
    body: [{ ...read, services: [], service_id: null, sudo_expires_at: "2021-01-14T11:25:52Z" }, read],
    ask: (api) => listTokensUser(api, key),
    gives: [expect.objectContaining({ services: [] }), expect.objectContaining({ services: [service] })],
  },
  {
    says: "the customer's tokens, in no order",
    source: recorded("tokens/list_customer"),
    body: [read, { ...read, id: user, created_at: "2021-01-13T13:48:28Z" }],
    ask: (api) => listTokensCustomer(api, key, customer),
    gives: [expect.objectContaining({ id }), expect.objectContaining({ id: user })],
  },
  ...(
    [
      ["by its ID", "tokens/delete", (api: FastlyApi) => revokeToken(api, key, id)],
      ["by itself", "tokens/delete_self", (api: FastlyApi) => revokeTokenCurrent(api, key)],
      ["in bulk", "tokens/create_and_bulk_delete", (api: FastlyApi) => bulkRevokeTokens(api, key, [id])],
    ] as const
  ).map(([how, fixture, ask]) => ({
    says: `a token revoked ${how}`,
    source: recorded(fixture),
    status: 204,
    body: "",
    ask,
    gives: undefined,
  })),
];

test.each(answers.map((answer) => [answer.says, answer] as const))("%s is read", async (_, answer) => {
  const api = await client.answering(answer.status ?? 200, answer.body);
  expect(await answer.ask(api)).toEqual(answer.gives);
});

type Refusal = {
  says: string;
  source: Source;
  status: number;
  body: unknown;
  ask(api: FastlyApi): Promise<unknown>;
  code: string;
};

const self = (api: FastlyApi) => revokeTokenCurrent(api, key);
const sudo = (api: FastlyApi) =>
  requestSudo(api, key, { username: "someone@example.com", password: "pass word" });

const createRefusals: Refusal[] = [
  ["invalid_grant", "refused-credentials"],
  ["invalid_request", "missing-credentials"],
  ["invalid_scope", "invalid-scope"],
  ["account_locked", "account-locked"],
  ["2fa.verify", "refused-otp"],
].flatMap(([name = "", code = ""]) => [
  {
    says: `${name} in msg`,
    source: documented.tokensPage,
    status: 400,
    body: { msg: name },
    ask: create,
    code,
  },
  {
    says: `${name} in code`,
    source: documented.refusedCreate,
    status: 400,
    body: { code: name },
    ask: create,
    code,
  },
]);

const refusals: Refusal[] = [
  ...createRefusals,
  {
    says: "an expired key",
    source: seen.expiredKey,
    status: 401,
    body: { msg: `Token ${id} expired at 2020-06-23T10:24:15Z` },
    ask: self,
    code: "expired-key",
  },
  {
    says: "a missing or invalid key",
    source: seen.missingKey,
    status: 401,
    body: { msg: "Provided credentials are missing or invalid" },
    ask: self,
    code: "unauthorized",
  },
  {
    says: "no sudo",
    source: seen.noSudo,
    status: 403,
    body: { msg: "You must POST /sudo to access this endpoint" },
    ask: create,
    code: "forbidden",
  },
  {
    says: "a key that only reads",
    source: seen.readOnlyToken,
    status: 403,
    body: { msg: "Read only tokens are not allowed to access this endpoint" },
    ask: self,
    code: "forbidden",
  },
  {
    says: "a wrong password at sudo",
    source: documented.sudo,
    status: 403,
    body: { msg: "The supplied username/password combination is not correct" },
    ask: sudo,
    code: "refused-credentials",
  },
  {
    says: "a malformed time",
    source: documented.tokens,
    status: 422,
    body: { msg: "Unprocessable Entity" },
    ask: create,
    code: "invalid-expiry",
  },
  {
    says: "an ID of no token",
    source: documented.tokens,
    status: 404,
    body: { msg: "Record not found" },
    ask: (api) => getToken(api, key, id),
    code: "not-found",
  },
  {
    says: "the hourly limit",
    source: seen.overTheLimit,
    status: 429,
    body: {
      msg: "You have exceeded your hourly rate limit. Please contact support@fastly.com if you think this is a mistake.",
    },
    ask: self,
    code: "rate-limited",
  },
];

test.each(refusals.map((refusal) => [refusal.says, refusal] as const))(
  "%s is recognized",
  async (_, refusal) => {
    const api = await client.answering(refusal.status, refusal.body);
    expect((await errorOf(refusal.ask(api))).code).toBe(refusal.code);
  },
);
