import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("the Date header and the times of tokens follow a clock that a test may set", async () => {
  await emulator.settings({ clockOffsetMs: Date.parse("2031-05-06T07:08:00Z") - Date.now() });
  const token = await createToken(emulator);
  expect(token).toMatchObject({ created_at: expect.stringMatching(/^2031-05-06T07:08:/) });
  const ok = await ask(emulator, "GET", "/tokens/self", { key: token.access_token });
  const refused = await ask(emulator, "GET", "/tokens/self");
  const unknown = await ask(emulator, "GET", "/nowhere");
  for (const { headers } of [ok, refused, unknown]) {
    expect(headers.get("date")).toMatch(/^Tue, 06 May 2031 07:08:/);
  }
});
