import { emptyWrite, type Fact, fromEdge, read, write } from "./fact.ts";
import { createdToken, id, readToken, text } from "./shapes.ts";
import { documented, recorded, seen } from "./sources.ts";

const bulk = "application/vnd.api+json; ext=bulk";

export const tokenFacts: Fact[] = [
  {
    says: "sudo: a form with username and password gives a key five minutes",
    source: [recorded("tokens/create"), recorded("tokens/create_and_bulk_delete")],
    request: ({ key, username, password }) => ({
      method: "POST",
      path: "/sudo",
      key,
      form: [
        ["username", username],
        ["password", password],
      ],
    }),
    status: 200,
    body: { expiry_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) },
    headers: write,
  },
  {
    says: "sudo: JSON does the same",
    source: documented.sudo,
    request: ({ key, username, password }) => ({
      method: "POST",
      path: "/sudo",
      key,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    }),
    status: 200,
    body: { expiry_time: text },
  },
  {
    says: "sudo: a wrong password is 403, and there is no other refusal",
    source: documented.sudo,
    request: ({ key, username }) => ({
      method: "POST",
      path: "/sudo",
      key,
      form: [
        ["username", username],
        ["password", "wrong"],
      ],
    }),
    status: 403,
    body: { msg: text },
    headers: write,
  },
  {
    says: "create: a key in sudo mode, by form; without fields the token is global, for all services, for ever",
    source: recorded("tokens/create"),
    request: ({ key }) => ({ method: "POST", path: "/tokens", key, form: [["name", "a token"]] }),
    status: 200,
    body: {
      ...createdToken,
      name: "a token",
      scope: "global",
      services: [],
      service_id: null,
      expires_at: null,
    },
    headers: write,
  },
  {
    says: "create: service_id is the last of the services",
    source: recorded("tokens/create_and_bulk_delete"),
    request: ({ key, services }) => ({
      method: "POST",
      path: "/tokens",
      key,
      form: services.map((service): [string, string] => ["services[]", service]),
    }),
    status: 200,
    body: ({ services }: { services: readonly string[] }) => ({
      ...createdToken,
      services,
      service_id: services.at(-1),
    }),
    headers: write,
  },
  {
    says: "create: username and password in the form need neither key nor sudo",
    source: seen.noSudo,
    request: ({ username, password }) => ({
      method: "POST",
      path: "/tokens",
      form: [
        ["username", username],
        ["password", password],
        ["scope", "purge_all purge_select"],
      ],
    }),
    status: 200,
    body: { ...createdToken, scope: "purge_all purge_select" },
  },
  {
    says: "create: a key that is not in sudo mode is refused, with a request to use sudo",
    source: seen.noSudo,
    request: async ({ newToken }) => ({
      method: "POST",
      path: "/tokens",
      key: (await newToken()).key,
      form: [],
    }),
    status: 403,
    body: { msg: "You must POST /sudo to access this endpoint" },
  },
  {
    says: "create: a time that is malformed is 422",
    source: documented.tokens,
    request: ({ key }) => ({ method: "POST", path: "/tokens", key, form: [["expires_at", "tomorrow"]] }),
    status: 422,
    body: expect.objectContaining({ msg: text }),
  },
  {
    says: "create: wrong credentials are 400, and msg is the code",
    source: documented.tokensPage,
    request: () => ({
      method: "POST",
      path: "/tokens",
      form: [
        ["username", "nobody@example.com"],
        ["password", "wrong"],
      ],
    }),
    status: 400,
    body: { msg: "invalid_grant", detail: text },
  },
  {
    says: "create: the schema of a refusal has its code in code",
    source: documented.refusedCreate,
    settings: { refusalField: "code" },
    request: () => ({ method: "POST", path: "/tokens", form: [] }),
    status: 400,
    body: expect.objectContaining({ code: "invalid_request" }),
  },
  {
    says: "read: a token reads itself",
    source: recorded("tokens/get_self"),
    request: async ({ newToken }) => ({ method: "GET", path: "/tokens/self", key: (await newToken()).key }),
    status: 200,
    body: readToken,
    headers: read,
  },
  {
    says: "read: by ID",
    source: documented.tokens,
    request: async ({ key, newToken }) => ({ method: "GET", path: `/tokens/${(await newToken()).id}`, key }),
    status: 200,
    body: readToken,
    headers: read,
  },
  {
    says: "read: the user's tokens are a plain list",
    source: recorded("tokens/list"),
    request: ({ key }) => ({ method: "GET", path: "/tokens", key }),
    status: 200,
    body: expect.arrayContaining([readToken]),
    headers: read,
  },
  {
    says: "read: the customer's tokens are a plain list",
    source: recorded("tokens/list_customer"),
    request: ({ key, customerId }) => ({ method: "GET", path: `/customer/${customerId}/tokens`, key }),
    status: 200,
    body: expect.arrayContaining([readToken]),
    headers: read,
  },
  {
    says: "read: an ID of no token is 404",
    source: documented.tokens,
    request: ({ key }) => ({ method: "GET", path: "/tokens/0000000000000000000000", key }),
    status: 404,
    body: { msg: "Record not found" },
    headers: read,
  },
  {
    says: "keys: a missing one is refused by the edge, which says to try again at once",
    source: seen.missingKey,
    request: () => ({ method: "GET", path: "/tokens/self" }),
    status: 401,
    body: { msg: "Provided credentials are missing or invalid" },
    headers: { ...fromEdge, "content-type": "application/json", "retry-after": "0" },
  },
  {
    says: "keys: the response to an expired one names its token and its time, and what is left of the limit where it writes",
    source: seen.expiredKey,
    request: ({ expired }) => ({ method: "DELETE", path: "/tokens/self", key: expired.key }),
    status: 401,
    body: ({ expired }: { expired: { id: string } }) => ({
      msg: `Token ${expired.id} expired at 2021-01-14T11:47:46Z`,
    }),
    headers: write,
  },
  {
    says: "keys: an invalid one is 403",
    source: documented.tokens,
    settings: { unknownKeyStatus: 403 },
    request: () => ({ method: "GET", path: "/tokens/self", key: "no-such-key" }),
    status: 403,
    body: { msg: text },
    headers: read,
  },
  {
    says: "keys: one that only reads is refused with that reason when it writes",
    source: seen.readOnlyToken,
    request: async ({ readOnlyKey, newToken }) => ({
      method: "DELETE",
      path: `/tokens/${(await newToken()).id}`,
      key: readOnlyKey,
    }),
    status: 403,
    body: { msg: "Read only tokens are not allowed to access this endpoint" },
  },
  {
    says: "revoke: by ID",
    source: recorded("tokens/delete"),
    request: async ({ key, newToken }) => ({
      method: "DELETE",
      path: `/tokens/${(await newToken()).id}`,
      key,
    }),
    status: 204,
    body: null,
    headers: emptyWrite,
  },
  {
    says: "revoke: a token revokes itself",
    source: recorded("tokens/delete_self"),
    request: async ({ newToken }) => ({
      method: "DELETE",
      path: "/tokens/self",
      key: (await newToken()).key,
    }),
    status: 204,
    body: null,
    headers: emptyWrite,
  },
  {
    says: "revoke: several in one request",
    source: recorded("tokens/create_and_bulk_delete"),
    request: async ({ key, newToken }) => {
      const tokens = [await newToken(), await newToken()];
      const data = tokens.map((token) => ({ type: "token", id: token.id }));
      const headers = { "content-type": bulk, accept: bulk };
      return { method: "DELETE", path: "/tokens", key, headers, body: JSON.stringify({ data }) };
    },
    status: 204,
    body: null,
    headers: emptyWrite,
  },
  {
    says: "limit: over it, writes are 429 in these words",
    source: [seen.overTheLimit, documented.writeLimit],
    settings: { hourlyWriteLimit: 0 },
    request: async ({ newToken }) => ({
      method: "DELETE",
      path: "/tokens/self",
      key: (await newToken()).key,
    }),
    status: 429,
    body: {
      msg: "You have exceeded your hourly rate limit. Please contact support@fastly.com if you think this is a mistake.",
    },
    headers: { ...write, "fastly-ratelimit-remaining": "0" },
  },
  {
    says: "limit: reads go on",
    source: documented.writeLimit,
    settings: { hourlyWriteLimit: 0 },
    request: ({ key }) => ({ method: "GET", path: "/tokens/self", key }),
    status: 200,
    body: expect.objectContaining({ id }),
    headers: read,
  },
];
