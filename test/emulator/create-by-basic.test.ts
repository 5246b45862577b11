import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, basic } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("HTTP Basic without a key makes a token, in one request", async () => {
  const headers = basic(emulator.username, emulator.password);
  const answer = await ask(emulator, "POST", "/tokens", { headers, form: { scope: "global:read" } });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ scope: "global:read", user_id: emulator.userId });
});

test("HTTP Basic needs no body", async () => {
  const headers = basic(emulator.username, emulator.password);
  expect((await ask(emulator, "POST", "/tokens", { headers })).status).toBe(200);
});

test("a password may hold colons and letters of any alphabet", async () => {
  const user = await emulator.addUser({ password: "a:b::ü€" });
  const headers = basic(user.username, user.password);
  expect((await ask(emulator, "POST", "/tokens", { headers })).status).toBe(200);
});

test.each(["Basic", "Basic !!!", "Basic bm8tY29sb24=", "Bearer abc"])(
  "%p is no credentials",
  async (authorization) => {
    const answer = await ask(emulator, "POST", "/tokens", { headers: { authorization } });
    expect(answer).toMatchObject({ status: 400, json: { msg: "invalid_request" } });
  },
);
