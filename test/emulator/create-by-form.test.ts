import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const id = /^[A-Za-z0-9]{22}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

test("a username, a password and form fields make a token, in one request", async () => {
  const { username, password, services } = emulator;
  const [first = "", second = ""] = services;
  const answer = await ask(emulator, "POST", "/tokens", {
    form: [
      ["username", username],
      ["password", password],
      ["name", "deploy of a/b"],
      ["scope", "purge_select purge_all"],
      ["services[]", first],
      ["services[]", second],
      ["expires_at", "2099-01-14T11:47:46Z"],
    ],
  });
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    id: expect.stringMatching(id),
    user_id: emulator.userId,
    customer_id: emulator.customerId,
    name: "deploy of a/b",
    scope: "purge_select purge_all",
    services: [first, second],
    service_id: second,
    expires_at: "2099-01-14T11:47:46Z",
    created_at: expect.stringMatching(time),
    updated_at: expect.stringMatching(time),
    access_token: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
  });
});

test("without fields, a token may do all, everywhere, for ever", async () => {
  expect(await createToken(emulator)).toMatchObject({
    scope: "global",
    services: [],
    service_id: null,
    expires_at: null,
  });
});

test("the secret is shown at creation only", async () => {
  const { access_token: key } = await createToken(emulator);
  const self = await ask(emulator, "GET", "/tokens/self", { key });
  expect(self.text).not.toContain(key);
  expect(self.json).not.toHaveProperty("access_token");
});
