import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function createAs({ username, password }: { username: string; password: string }) {
  return ask(emulator, "POST", "/tokens", { form: { username, password } });
}

test("a user has at most 100 live tokens; expired and revoked ones do not count", async () => {
  const user = await emulator.addUser();
  const live = Array.from({ length: 99 }, () => ({ user: user.userId }));
  await emulator.addTokens([...live, { user: user.userId, expires_at: "2021-01-14T11:47:46Z" }]);
  const hundredth = await createAs(user);
  expect(hundredth.status).toBe(200);

  const over = await createAs(user);
  expect(over).toMatchObject({ status: 400, json: { detail: expect.stringMatching(/maximum/) } });
  expect(await emulator.liveTokens(user.userId)).toHaveLength(100);
  expect((await emulator.peakLive())[user.userId]).toBe(100);

  const { access_token: key } = hundredth.json as { access_token: string };
  await ask(emulator, "DELETE", "/tokens/self", { key });
  expect((await createAs(user)).status).toBe(200);
});

test("a full house of one user leaves others room", async () => {
  await emulator.settings({ tokenLimit: 2 });
  const user = await emulator.addUser();
  await emulator.addTokens([{ user: user.userId }, { user: user.userId }]);
  expect((await createAs(user)).status).toBe(400);
  expect((await createAs(await emulator.addUser())).status).toBe(200);
  await emulator.settings({ tokenLimit: 100 });
});

test("the peak stays when tokens go", async () => {
  const user = await emulator.addUser();
  for (let i = 0; i < 2; i++) {
    const { access_token: key } = await createToken(emulator, {
      username: user.username,
      password: user.password,
    });
    await ask(emulator, "DELETE", "/tokens/self", { key });
  }
  expect((await emulator.peakLive())[user.userId]).toBe(1);
  expect(await emulator.liveTokens(user.userId)).toEqual([]);
});
