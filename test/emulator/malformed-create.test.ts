import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function create(fields: Record<string, string>) {
  const { username, password } = emulator;
  return ask(emulator, "POST", "/tokens", { form: { username, password, ...fields } });
}

afterEach(async () => {
  // The key that the emulator starts with is all there is: nothing was created.
  expect(await emulator.tokens()).toHaveLength(1);
});

test.each(["root", "", "global,purge_all", "purge_all  global", "GLOBAL"])("scope %p", async (scope) => {
  expect(await create({ scope })).toMatchObject({ status: 400, json: { msg: "invalid_scope" } });
});

test.each([
  "tomorrow",
  "",
  "2099-01-14",
  "2099-01-14 11:47:46",
  "2099-01-14T11:47:46",
  "2099-01-14T11:47:46+02:00",
  "2099-02-30T00:00:00Z",
  "2099-01-14T25:00:00Z",
])("expires_at %p", async (expires_at) => {
  expect(await create({ expires_at })).toMatchObject({ status: 422, json: { msg: expect.any(String) } });
});

test("a service of nobody, or of another customer", async () => {
  const { services } = await emulator.addUser({ customer: "new" });
  expect((await create({ "services[]": "unknown" })).status).toBe(400);
  expect((await create({ "services[]": services[0] ?? "" })).status).toBe(400);
});
