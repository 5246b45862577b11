import { type Emulator, type Settings, startEmulator } from "../support/emulator.ts";
import { addKey, ask, createToken } from "./api.ts";

let emulator: Emulator;
let defaults: Settings;
beforeAll(async () => {
  emulator = await startEmulator();
  defaults = await emulator.settings({});
});
afterAll(() => emulator.stop());
afterEach(() => emulator.settings(defaults));

const createWrong = () =>
  ask(emulator, "POST", "/tokens", { form: { username: "nobody@example.com", password: "wrong" } });

test("a missing key is refused by the edge, which says at once", async () => {
  const { status, json, headers } = await ask(emulator, "GET", "/tokens/self");
  expect([status, json]).toEqual([401, { msg: "Provided credentials are missing or invalid" }]);
  expect(headers.get("retry-after")).toBe("0");
  expect(headers.has("cache-control")).toBe(false);
});

test("a response to an expired key says which token expired, and when", async () => {
  const expires_at = "2021-01-14T11:47:46Z";
  const [token] = await emulator.addTokens([{ expires_at }]);
  const { status, json } = await ask(emulator, "GET", "/tokens/self", { key: token?.access_token ?? "" });
  expect([status, json]).toEqual([401, { msg: `Token ${token?.id} expired at ${expires_at}` }]);
});

test.each([401, 403] as const)("a key of no token is answered %d where a test says so", async (status) => {
  await emulator.settings({ unknownKeyStatus: status });
  expect((await ask(emulator, "GET", "/tokens/self", { key: "unknown" })).status).toBe(status);
});

test.each([
  ["msg", { msg: "invalid_grant", detail: expect.any(String) }],
  ["code", { code: "invalid_grant", detail: expect.any(String) }],
  ["both", { msg: "invalid_grant", code: "invalid_grant", detail: expect.any(String) }],
] as const)("a refused create names its code in %s", async (refusalField, body) => {
  await emulator.settings({ refusalField });
  expect(await createWrong()).toMatchObject({ status: 400, json: expect.objectContaining(body) });
  expect(Object.keys((await createWrong()).json as object).sort()).toEqual(Object.keys(body).sort());
  // Codes alone: other refusals stay as they are.
  expect((await ask(emulator, "GET", "/tokens/unknown", { key: emulator.apiKey })).json).toEqual({
    msg: "Record not found",
  });
});

test("a token that only reads is refused with that reason when it writes", async () => {
  const { key } = await addKey(emulator, { scope: "global:read" });
  const { id } = await addKey(emulator, {});
  for (const [method, path] of [
    ["DELETE", `/tokens/${id}`],
    ["POST", "/tokens"],
    ["POST", `/service/${emulator.services[0]}/purge_all`],
  ] as const) {
    const { status, json } = await ask(emulator, method, path, { key });
    expect([status, json]).toEqual([
      403,
      { msg: "Read only tokens are not allowed to access this endpoint" },
    ]);
  }
});

test("a key that is not in sudo mode is refused with that reason", async () => {
  const { key } = await addKey(emulator, {});
  const { status, json } = await ask(emulator, "POST", "/tokens", { key });
  expect([status, json]).toEqual([403, { msg: "You must POST /sudo to access this endpoint" }]);
});

test.each([403, 404] as const)(
  "a service that a token does not cover is %d where a test says so",
  async (status) => {
    await emulator.settings({ uncoveredServiceStatus: status });
    const [own = "", other] = emulator.services;
    const { key } = await addKey(emulator, { services: [own] });
    expect((await ask(emulator, "GET", `/service/${other}`, { key })).status).toBe(status);
    expect((await ask(emulator, "POST", `/service/${other}/purge_all`, { key })).status).toBe(status);
  },
);

test("customer_id may be missing from answers about tokens", async () => {
  await emulator.settings({ customerIdInResponses: false });
  const { apiKey: key } = emulator;
  const lists = await ask(emulator, "GET", "/tokens", { key });
  for (const answer of [await createToken(emulator), (lists.json as object[])[0]]) {
    expect(answer).toHaveProperty("user_id");
    expect(answer).not.toHaveProperty("customer_id");
  }
});

test("the customer’s list is not in the order of creation", async () => {
  const added = (await emulator.addTokens(Array.from({ length: 20 }, () => ({})))).map(({ id }) => id);
  const path = `/customer/${emulator.customerId}/tokens`;
  const { json } = await ask(emulator, "GET", path, { key: emulator.apiKey });
  const listed = (json as { id: string }[]).map(({ id }) => id).filter((id) => added.includes(id));
  expect(listed).not.toEqual(added);
  expect(new Set(listed)).toEqual(new Set(added));
});

test("answers name their type without a charset, forbid caches, and vary by encoding where they have a body", async () => {
  const { key } = await addKey(emulator, {});
  const read = await ask(emulator, "GET", "/tokens/self", { key });
  expect(read.headers.get("content-type")).toBe("application/json");
  expect(read.headers.get("vary")).toBe("Accept-Encoding");
  const revoked = await ask(emulator, "DELETE", "/tokens/self", { key });
  expect(revoked.headers.has("content-type")).toBe(false);
  expect(revoked.headers.has("vary")).toBe(false);
  for (const { headers } of [read, revoked]) expect(headers.get("cache-control")).toBe("no-store");
});

describe("what stands between the right password and a token", () => {
  const create = ({ username, password }: { username: string; password: string }) =>
    ask(emulator, "POST", "/tokens", { form: { username, password } });

  test.each([
    [
      { kind: "sso", url: "https://login.example.com/" },
      "fastly-sso-login-url",
      "https://login.example.com/",
    ],
    [{ kind: "password-expired" }, "fastly-password", "rotate"],
    [{ kind: "otp-setup" }, "fastly-otp", "setup"],
  ] as const)("%p is stated in a header", async (hurdle, name, value) => {
    const user = await emulator.addUser({ hurdle });
    const { key } = await addKey(emulator, { user: user.userId });
    const refused = await create(user);
    expect([refused.status, refused.headers.get(name)]).toEqual([403, value]);
    const sudo = await ask(emulator, "POST", "/sudo", { key, form: { password: user.password } });
    expect([sudo.status, sudo.headers.get(name)]).toEqual([403, value]);
    expect((await emulator.requests()).at(-1)).toMatchObject({ refusedCredentials: true });

    await emulator.changeUser(user.userId, { hurdle: null });
    expect((await create(user)).status).toBe(200);
  });

  test("a locked account refuses the right password, until it is reset", async () => {
    const user = await emulator.addUser();
    await emulator.changeUser(user.userId, { locked: true });
    expect(await create(user)).toMatchObject({ status: 400, json: { msg: "account_locked" } });
    await emulator.changeUser(user.userId, { password: "another" });
    expect((await create(user)).json).toMatchObject({ msg: "invalid_grant" });
    expect((await create({ ...user, password: "another" })).status).toBe(200);
  });

  test("a change of nobody is refused", async () => {
    await expect(emulator.changeUser("unknown", { locked: true })).rejects.toThrow("no user");
  });
});
