import { TOTP } from "otpauth";
import { type AddedUser, type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

// Each test has a user of its own and a clock in the middle of a step, so that no step ends while a test runs.
const step = 30_000;
let now: number;
let user: AddedUser;

beforeEach(async () => {
  user = await emulator.addUser({ totp: true });
  now = Math.floor(Date.now() / step) * step + step / 2;
  await emulator.settings({ clockOffsetMs: now - Date.now() });
});

function code(timestamp: number): string {
  return new TOTP({ secret: user.totpSecret ?? "" }).generate({ timestamp });
}

function create(otp?: string) {
  const { username, password } = user;
  const headers: Record<string, string> = otp === undefined ? {} : { "Fastly-OTP": otp };
  return ask(emulator, "POST", "/tokens", { form: { username, password }, headers });
}

const refused = { status: 400, json: { msg: "2fa.verify", detail: "Invalid one-time password" } };

test("a user with two-factor authentication needs a one-time password", async () => {
  expect(await create()).toMatchObject(refused);
  const otherCode = code(now) === "000000" ? "000001" : "000000";
  expect(await create(otherCode)).toMatchObject(refused);
  expect(await create("no digits")).toMatchObject(refused);
  expect((await emulator.requests()).at(-1)).toMatchObject({ refusedCredentials: false });
  expect(await create(code(now))).toMatchObject({ status: 200 });
});

test("a one-time password is accepted once per step", async () => {
  expect(await create(code(now))).toMatchObject({ status: 200 });
  expect(await create(code(now))).toMatchObject(refused);
  expect(await create(code(now + step))).toMatchObject({ status: 200 });
});

test("a clock may be off by one step, and no more", async () => {
  expect(await create(code(now - 2 * step))).toMatchObject(refused);
  expect(await create(code(now + 2 * step))).toMatchObject(refused);
  expect(await create(code(now - step))).toMatchObject({ status: 200 });
  expect(await create(code(now + step))).toMatchObject({ status: 200 });
});

test("a wrong password is refused before the one-time password is looked at", async () => {
  const form = { username: user.username, password: "wrong" };
  const answer = await ask(emulator, "POST", "/tokens", { form, headers: { "Fastly-OTP": code(now) } });
  expect(answer).toMatchObject({ status: 400, json: { msg: "invalid_grant" } });
  expect(await create(code(now))).toMatchObject({ status: 200 });
});

test("sudo wants the one-time password too; the create that follows does not", async () => {
  const { key } = await addKey(emulator, { user: user.userId });
  const form = { password: user.password };
  expect(await ask(emulator, "POST", "/sudo", { key, form })).toMatchObject(refused);
  const sudo = await ask(emulator, "POST", "/sudo", { key, form, headers: { "Fastly-OTP": code(now) } });
  expect(sudo.status).toBe(200);
  expect((await ask(emulator, "POST", "/tokens", { key })).status).toBe(200);
});
