import { TOTP } from "otpauth";
import {
  createToken,
  deadlineIn,
  type FastlyApi,
  isoTime,
  requestSudo,
  type Scope,
} from "../../src/fastly/index.ts";
import { instantClock } from "../support/clock.ts";
import { bodyOf, create, described, errorOf, inAnHour, keyOf, useClient } from "./client.ts";

const client = useClient();

function order(services: readonly string[] = []) {
  const scopes: Scope[] = ["purge_all", "global:read"];
  return { name: "deploy & co", scopes, services, expiresAt: inAnHour() };
}

function owner() {
  const { username, password } = client.emulator;
  return { kind: "password", username, password } as const;
}

test("creates a token with username and password, in one request", async () => {
  const { emulator } = client;
  const asked = order(emulator.services);
  const before = (await emulator.requests()).length;
  const token = await createToken(client.connect(), asked, owner());
  expect(token).toEqual({
    id: expect.stringMatching(/^\w{22}$/),
    accessToken: expect.stringMatching(/^[\w-]{32}$/),
    name: "deploy & co",
    userId: emulator.userId,
    customerId: emulator.customerId,
    scope: "purge_all global:read",
    services: emulator.services,
    createdAt: expect.stringMatching(/Z$/),
    expiresAt: isoTime(asked.expiresAt.getTime()),
    lastUsedAt: null,
  });
  const requests = (await emulator.requests()).slice(before);
  expect(requests).toMatchObject([{ method: "POST", path: "/tokens", credential: "form" }]);
});

test("creates one with a key in sudo mode, which then needs no password", async () => {
  const { emulator } = client;
  const api = client.connect();
  const { key } = await keyOf(emulator);
  const refused = await errorOf(createToken(api, order(), { kind: "key-in-sudo-mode", key }));
  expect(refused.code).toBe("forbidden");
  await requestSudo(api, key, owner());
  await createToken(api, order(), { kind: "key-in-sudo-mode", key });
  expect((await emulator.requests()).at(-1)).toMatchObject({ credential: "key", status: 200 });
});

test("sends a one-time password in its header", async () => {
  const user = await client.emulator.addUser({ totp: true });
  const { username, password } = user;
  const without = await errorOf(create(client.connect(), { username, password }));
  expect(without).toMatchObject({
    code: "refused-otp",
    msg: "2fa.verify",
    detail: "Invalid one-time password",
  });
  const otp = new TOTP({ secret: user.totpSecret ?? "" }).generate();
  await create(client.connect(), { username, password, otp });
});

test("sends what was asked as a form", async () => {
  let form = new URLSearchParams();
  const api = await client.connectTo(async (request, response) => {
    form = new URLSearchParams(await bodyOf(request));
    response.end(JSON.stringify({ ...described, access_token: "0123456789abcdef" }));
  });
  await createToken(
    api,
    { ...order(["a1", "b2"]), expiresAt: new Date("2026-01-14T11:47:46.789Z") },
    {
      kind: "password",
      username: "me+you@example.com",
      password: " p&s=%é",
    },
  );
  expect([...form]).toEqual([
    ["name", "deploy & co"],
    ["scope", "purge_all global:read"],
    ["expires_at", "2026-01-14T11:47:46Z"],
    ["services[]", "a1"],
    ["services[]", "b2"],
    ["username", "me+you@example.com"],
    ["password", " p&s=%é"],
  ]);
});

test("hands the token itself on before it reads the rest", async () => {
  const api = await client.answering(200, { access_token: "0123456789abcdef" });
  const received: string[] = [];
  const { username, password } = client.emulator;
  const credentials = { kind: "password", username, password } as const;
  const error = await errorOf(createToken(api, order(), credentials, (token) => received.push(token)));
  expect(received).toEqual(["0123456789abcdef"]);
  expect(error.message).toContain("the field id of the response is missing");
});

test.each([200, 201, 202])(
  "a malformed response with status %d is reported with that status",
  async (status) => {
    for (const body of [
      "",
      "not JSON",
      [],
      { access_token: "short" },
      { access_token: "0123456789abcdef" },
    ]) {
      const api = await client.answering(status, body);
      const { username, password } = client.emulator;
      expect(await errorOf(create(api, { username, password }))).toMatchObject({
        code: "malformed-response",
        status,
      });
    }
  },
);

test("hands over a token that half of a response shows", async () => {
  const received: string[] = [];
  const api = await client.connectTo((_, response) => {
    response.writeHead(200, { "Content-Length": "1000" });
    response.write('{"access_token":"0123456789abcdef","id":"', () => response.destroy());
  });
  const credentials = { kind: "password", username: "me", password: "pass word" } as const;
  const error = await errorOf(createToken(api, order(), credentials, (token) => received.push(token)));
  expect(received).toEqual(["0123456789abcdef"]);
  expect(error).toMatchObject({ code: "connection-lost", mayHaveHappened: true });
  expect(error.message).not.toContain("0123456789abcdef");
});

const token = "0123456789abcdef";
const fields = JSON.stringify({ ...described, access_token: token }).slice(1);

test.each([
  ["under a name with an escape", `{${fields.replace("access_token", "access\\u005ftoken")}`],
  ["after another of that name", `{"access_token":"somebody-elses",${fields}`],
  ["after one too short to be one", `{"meta":{"access_token":"abc"},${fields}`],
  ["after a text that is none", `{"meta":{"access_token":"a b c d e f"},${fields}`],
])("hands over the very token that it returns: %s", async (_where, body) => {
  const received: string[] = [];
  const api = await client.connectTo((_, response) => response.end(body));
  const credentials = { kind: "password", username: "me", password: "pass word" } as const;
  const { accessToken } = await createToken(api, order(), credentials, (text) => received.push(text));
  expect({ accessToken, received }).toEqual({ accessToken: token, received: [token] });
});

test("says which credentials were refused, and that nothing was made", async () => {
  const { username } = client.emulator;
  const api = client.connect();
  expect(await errorOf(create(api, { username, password: "wrong" }))).toMatchObject({
    code: "refused-credentials",
    status: 400,
    msg: "invalid_grant",
    mayHaveHappened: false,
  });
  expect(await errorOf(create(api, { username, password: "" }))).toMatchObject({
    code: "missing-credentials",
  });
});

test("names a locked account", async () => {
  const { username } = await client.emulator.addUser();
  await client.emulator.settings({ lockAfter: 1 });
  await errorOf(create(client.connect(), { username, password: "wrong" }));
  const error = await errorOf(create(client.connect(), { username, password: "wrong" }));
  await client.emulator.settings({ lockAfter: 5 });
  expect(error.code).toBe("account-locked");
});

test("names a full house, and the hourly limit", async () => {
  const { username, password } = await client.emulator.addUser({ customer: "new" });
  await client.emulator.settings({ tokenLimit: 0 });
  expect(await errorOf(create(client.connect(), { username, password }))).toMatchObject({
    code: "token-limit",
  });
  await client.emulator.settings({ tokenLimit: 100, hourlyWriteLimit: 0 });
  const limited = await errorOf(create(client.connect(), { username, password }));
  await client.emulator.settings({ hourlyWriteLimit: 1000 });
  expect(limited).toMatchObject({ code: "rate-limited", status: 429 });
  expect(limited.retryAfterMs).toBeGreaterThan(0);
});

const refusals: [status: number, body: unknown, code: string][] = [
  [400, { msg: "invalid_scope" }, "invalid-scope"],
  [400, { msg: "Bad request", detail: "limit of tokens" }, "token-limit"],
  [400, { msg: "Bad request", detail: "the limit of login attempts" }, "bad-request"],
  [400, { msg: "toString" }, "bad-request"],
  [400, { code: "invalid_grant" }, "refused-credentials"],
  [400, { code: "2fa.verify", msg: "Bad request" }, "refused-otp"],
  [400, { msg: "Your password has expired" }, "bad-request"],
  [400, { msg: "User is limited to SSO", detail: "no token" }, "bad-request"],
  [401, { msg: "Provided credentials are missing or invalid" }, "unauthorized"],
  [401, { msg: "Token 5YyNlmBLwKOuyOGLBpVMoL expired at 2021-01-14T11:47:46Z" }, "expired-key"],
  [403, { msg: "You must POST /sudo to access this endpoint" }, "forbidden"],
  [404, { msg: "Record not found" }, "not-found"],
  [415, { msg: "Unsupported" }, "bad-request"],
  [422, { msg: "expires_at" }, "invalid-expiry"],
];

test.each(refusals)("%d %j is final: nothing was made", async (status, body, code) => {
  const api = await client.answering(status, body);
  expect(await errorOf(create(api))).toMatchObject({ code, status, mayHaveHappened: false });
});

/** Without a `msg` nothing says that the answer is Fastly's. */
const foreign: [status: number, body: string][] = [400, 401, 403, 404, 422].flatMap((status) =>
  ["", "{}", "[]", '{"msg":7}', '{"error":"no"}', '{"msg":"Record not', "<html></html>", "null"].map(
    (body): [number, string] => [status, body],
  ),
);

test.each(foreign)("%d %j is not in Fastly's form: a token may have been made", async (status, body) => {
  const api = await client.answering(status, body);
  expect(await errorOf(create(api))).toMatchObject({
    code: "unexpected-response",
    status,
    mayHaveHappened: true,
  });
});

test.each([
  [{ "Fastly-OTP": "setup" }, "two-factor-setup"],
  [{ "Fastly-Password": "rotate" }, "password-rotation"],
  [{ "Fastly-SSO-Login-Url": "https://login.example" }, "single-sign-on"],
  [{ "Fastly-OTP": "required" }, undefined],
] as const)("the headers %j of a refusal say what the account needs", async (headers, accountNeeds) => {
  const api = await client.connectTo((_, response) => {
    response.writeHead(403, headers).end('{"msg":"Forbidden"}');
  });
  expect(await errorOf(create(api))).toMatchObject({ code: "forbidden", accountNeeds });
});

const lost: [status: number, body: string, code: string][] = [
  [200, "", "malformed-response"],
  [200, "<html>", "malformed-response"],
  [200, '"text"', "malformed-response"],
  [204, "", "malformed-response"],
  [302, "", "redirected"],
  [408, "", "timed-out"],
  [500, '{"msg":"oops"}', "server-error"],
  [502, "<html>", "server-error"],
  [503, "", "server-error"],
];

test.each(lost)("%d %j: a token may have been made", async (status, body, code) => {
  const api = await client.answering(status, body);
  expect(await errorOf(create(api))).toMatchObject({ code, status, mayHaveHappened: true });
});

async function countingRequests(times: (api: FastlyApi) => Promise<unknown>, status: number) {
  let requests = 0;
  const api = await client.connectTo((_, response) => {
    requests += 1;
    response.writeHead(status, { "Retry-After": "0" }).end('{"msg":"invalid_grant"}');
  });
  await errorOf(times(api));
  return requests;
}

test.each([400, 408, 429, 500, 503])("%d is never answered by a second create", async (status) => {
  expect(await countingRequests((api) => create(api), status)).toBe(1);
});

test("nothing is sent once the time is used up", async () => {
  const clock = instantClock();
  const api = client.connect({ clock, deadline: deadlineIn(0, clock) });
  expect(await errorOf(create(api))).toMatchObject({ code: "timed-out", mayHaveHappened: false });
});

test("a token without a scope would have every right there is: it is not asked for", async () => {
  const before = (await client.emulator.requests()).length;
  await expect(createToken(client.connect(), { ...order(), scopes: [] }, owner())).rejects.toThrow(TypeError);
  expect(await client.emulator.requests()).toHaveLength(before);
});
