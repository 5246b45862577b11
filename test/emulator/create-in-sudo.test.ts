import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("a key creates no token until its user asked for sudo", async () => {
  const { key } = await addKey(emulator, {});
  const answer = await ask(emulator, "POST", "/tokens", { key, form: { scope: "purge_all" } });
  expect(answer.status).toBe(403);
  expect(JSON.stringify(answer.json)).toContain("sudo");
});

test("sudo opens five minutes in which that key creates tokens, and another does not", async () => {
  const { username, password } = emulator;
  const { key } = await addKey(emulator, {});
  const { key: other } = await addKey(emulator, {});
  const sudo = await ask(emulator, "POST", "/sudo", { key, form: { username, password } });
  expect(sudo).toMatchObject({ status: 200 });
  const { expiry_time: end } = sudo.json as { expiry_time: string };
  expect(end).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);

  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(200);
  expect((await ask(emulator, "POST", "/tokens", { key: other })).status).toBe(403);
  const self = await ask(emulator, "GET", "/tokens/self", { key });
  expect(self.json).toMatchObject({ sudo_expires_at: end.replace("+00:00", "Z") });

  await emulator.settings({ clockOffsetMs: 240_000 });
  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(200);
  await emulator.settings({ clockOffsetMs: 301_000 });
  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(403);
  await emulator.settings({ clockOffsetMs: 0 });
});

test("sudo takes JSON too", async () => {
  const { username, password } = emulator;
  const { key } = await addKey(emulator, {});
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ username, password });
  expect((await ask(emulator, "POST", "/sudo", { key, headers, body })).status).toBe(200);
  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(200);
  expect((await emulator.requests()).at(-2)).toMatchObject({ credential: "key", carriesPassword: true });
});

test("the password alone is enough, as the key says whose it is", async () => {
  const { key } = await addKey(emulator, {});
  const sudo = await ask(emulator, "POST", "/sudo", { key, form: { password: emulator.password } });
  expect(sudo.status).toBe(200);
});

const refused = {
  status: 403,
  json: { msg: "The supplied username/password combination is not correct" },
};

test("sudo refuses a wrong password, no password, and the credentials of another user", async () => {
  const { key } = await addKey(emulator, {});
  const { username, password } = await emulator.addUser();
  const wrong = await ask(emulator, "POST", "/sudo", { key, form: { password: "wrong" } });
  expect(wrong).toMatchObject(refused);
  const none = await ask(emulator, "POST", "/sudo", { key });
  expect(none).toMatchObject(refused);
  const other = await ask(emulator, "POST", "/sudo", { key, form: { username, password } });
  expect(other).toMatchObject(refused);
  expect((await emulator.requests()).at(-1)).toMatchObject({
    refusedCredentials: true,
    carriesPassword: true,
  });
  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(403);
});

test("only a key with the scope global may ask for sudo", async () => {
  const { key } = await addKey(emulator, { scope: "global:read" });
  const answer = await ask(emulator, "POST", "/sudo", { key, form: { password: emulator.password } });
  expect(answer.status).toBe(403);
});
