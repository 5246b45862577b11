import { type AddedUser, type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
let superuser: AddedUser;
let key: string;

beforeAll(async () => {
  emulator = await startEmulator();
  superuser = await emulator.addUser({ role: "superuser" });
  ({ key } = await addKey(emulator, { user: superuser.userId }));
  await ask(emulator, "POST", "/sudo", { key, form: { password: superuser.password } });
});
afterAll(() => emulator.stop());

type AutomationToken = { id: string; access_token: string };

function create(fields: object, by = key) {
  const headers = { "content-type": "application/json" };
  return ask(emulator, "POST", "/automation-tokens", { key: by, headers, body: JSON.stringify(fields) });
}

const wanted = { name: "for machines", role: "engineer", scope: "global:read" };

test("a superuser in sudo mode creates one, which belongs to nobody’s list and counts in nobody’s limit", async () => {
  await emulator.settings({ tokenLimit: 1 });
  const [service] = emulator.services;
  const expires_at = "2099-01-14T11:47:46Z";
  const { status, json } = await create({ ...wanted, services: [service], expires_at });
  await emulator.settings({ tokenLimit: 100 });
  expect(status).toBe(200);
  expect(json).toEqual({
    ...wanted,
    id: expect.stringMatching(/^[A-Za-z0-9]{22}$/),
    access_token: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    services: [service],
    created_at: expect.any(String),
    expires_at,
    last_used_at: "",
    ip: "",
    user_agent: "",
    tls_access: false,
    customer_id: emulator.customerId,
  });
  const { id, access_token } = json as AutomationToken;
  expect((await ask(emulator, "GET", "/tokens", { key })).text).not.toContain(id);
  expect((await ask(emulator, "GET", "/tokens/self", { key: access_token })).json).toMatchObject({ id });
  expect((await emulator.tokens()).at(-1)).toMatchObject({ id, automation: true });
});

test("it is listed and read by superusers, and its secret is not shown again", async () => {
  const { id } = (await create(wanted)).json as AutomationToken;
  const read = await ask(emulator, "GET", `/automation-tokens/${id}`, { key });
  expect(read.json).toMatchObject({ id, services: null, access_token: "", scope: "global:read" });
  const list = await ask(emulator, "GET", "/automation-tokens?page=1&per_page=100", { key });
  expect(list.json).toMatchObject({
    data: expect.arrayContaining([
      expect.objectContaining({ id, creator_id: superuser.userId, scopes: "global:read", access_token: "" }),
    ]),
    meta: { current_page: 1, per_page: 100, total_pages: 1 },
  });
  const second = await ask(emulator, "GET", "/automation-tokens?page=2&per_page=1", { key });
  expect((second.json as { data: object[] }).data).toHaveLength(1);
});

test.each(["/tokens", "/automation-tokens"])("DELETE %s/{id} ends one", async (path) => {
  const { id, access_token } = (await create(wanted)).json as AutomationToken;
  expect((await ask(emulator, "DELETE", `${path}/${id}`, { key })).status).toBe(204);
  expect((await ask(emulator, "GET", "/tokens/self", { key: access_token })).status).toBe(401);
  expect((await ask(emulator, "GET", `/automation-tokens/${id}`, { key })).status).toBe(404);
});

test("others are refused: not a superuser, not in sudo mode, another customer", async () => {
  const engineer = await emulator.addUser({ role: "engineer" });
  const { key: theirs } = await addKey(emulator, { user: engineer.userId });
  expect((await create(wanted, theirs)).status).toBe(403);
  expect((await ask(emulator, "GET", "/automation-tokens", { key: theirs })).status).toBe(403);

  const { key: withoutSudo } = await addKey(emulator, { user: superuser.userId });
  expect((await create(wanted, withoutSudo)).json).toMatchObject({ msg: expect.stringContaining("/sudo") });

  const { id, access_token } = (await create(wanted)).json as AutomationToken;
  const stranger = await emulator.addUser({ role: "superuser", customer: "new" });
  const { key: strange } = await addKey(emulator, { user: stranger.userId });
  expect((await ask(emulator, "GET", `/automation-tokens/${id}`, { key: strange })).status).toBe(404);
  expect((await ask(emulator, "DELETE", `/tokens/${id}`, { key: strange })).status).toBe(403);
  expect((await ask(emulator, "GET", "/automation-tokens", { key: access_token })).status).toBe(403);
});

test.each([
  {},
  { name: "a" },
  { name: "a", role: "superuser" },
  { ...wanted, scope: "root" },
  { ...wanted, services: ["unknown"] },
  [],
])("%p is refused", async (fields) => {
  expect((await create(fields)).status).toBe(400);
});
