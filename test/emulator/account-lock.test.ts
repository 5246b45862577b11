import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function signIn(username: string, password: string) {
  const answer = await ask(emulator, "POST", "/tokens", { form: { username, password } });
  return answer.status === 200 ? "in" : (answer.json as { msg: string }).msg;
}

test("five wrong passwords lock the account, for the right password too", async () => {
  const { username, password } = await emulator.addUser();
  for (let i = 0; i < 5; i++) expect(await signIn(username, "wrong")).toBe("invalid_grant");
  expect(await signIn(username, "wrong")).toBe("account_locked");
  expect(await signIn(username, password)).toBe("account_locked");
  expect((await emulator.requests()).at(-1)).toMatchObject({ status: 400, refusedCredentials: true });
});

test("a right password starts the count again, and other accounts are untouched", async () => {
  const { username, password } = await emulator.addUser();
  for (let i = 0; i < 4; i++) await signIn(username, "wrong");
  expect(await signIn(username, password)).toBe("in");
  for (let i = 0; i < 4; i++) await signIn(username, "wrong");
  expect(await signIn(username, password)).toBe("in");
});

test("a test may set how many wrong passwords it takes", async () => {
  const { username, password } = await emulator.addUser();
  await emulator.settings({ lockAfter: 1 });
  expect(await signIn(username, "wrong")).toBe("invalid_grant");
  expect(await signIn(username, password)).toBe("account_locked");
});
