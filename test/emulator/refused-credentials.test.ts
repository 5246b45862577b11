import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, basic } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test.each([
  ["a wrong password", () => ({ username: emulator.username, password: "wrong" }), "invalid_grant"],
  ["an unknown user", () => ({ username: "nobody@example.com", password: "wrong" }), "invalid_grant"],
  ["no password", () => ({ username: emulator.username }), "invalid_request"],
  ["an empty password", () => ({ username: emulator.username, password: "" }), "invalid_request"],
  ["nothing", () => ({}), "invalid_request"],
] as const)("%s: no token, and 400 with its code", async (_, form, msg) => {
  const before = (await emulator.tokens()).length;
  const answer = await ask(emulator, "POST", "/tokens", { form: form() });
  expect(answer).toMatchObject({ status: 400, json: { msg, detail: expect.any(String) } });
  expect(await emulator.tokens()).toHaveLength(before);
});

test("the journal counts the requests whose credentials were refused, by form and by Basic", async () => {
  const { n: before } = (await emulator.requests()).at(-1) ?? { n: 0 };
  await ask(emulator, "POST", "/tokens", { form: { username: emulator.username, password: "wrong" } });
  await ask(emulator, "POST", "/tokens", { headers: basic(emulator.username, "wrong") });
  await ask(emulator, "POST", "/tokens");
  await ask(emulator, "POST", "/tokens", { headers: basic(emulator.username, emulator.password) });
  const entries = (await emulator.requests()).filter((entry) => entry.n > before);
  expect(entries.map(({ credential, refusedCredentials }) => [credential, refusedCredentials])).toEqual([
    ["form", true],
    ["basic", true],
    ["none", false],
    ["basic", false],
  ]);
});
