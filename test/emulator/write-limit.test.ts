import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const hour = 3_600_000;

/** Moves the clock to a time after the start of an hour that no test has used. */
let hours = 0;
async function nextHour(afterMs = 0): Promise<number> {
  hours += 1;
  const start = Math.ceil(Date.now() / hour + hours) * hour;
  await emulator.settings({ clockOffsetMs: start + afterMs - Date.now() });
  return start;
}

test("writes say what is left of the hour; reads do not", async () => {
  const start = await nextHour();
  const revoked = await addKey(emulator, {});
  const write = await ask(emulator, "DELETE", "/tokens/self", { key: revoked.key });
  expect(write.headers.get("fastly-ratelimit-remaining")).toBe("999");
  expect(write.headers.get("fastly-ratelimit-reset")).toBe(String((start + hour) / 1000));
  const read = await ask(emulator, "GET", "/tokens", { key: emulator.apiKey });
  expect(read.headers.has("fastly-ratelimit-remaining")).toBe(false);
});

test("over the limit, writes of the customer are refused with 429 until the hour ends; reads go on", async () => {
  const start = await nextHour();
  await emulator.settings({ hourlyWriteLimit: 1 });
  const { access_token: key } = await createToken(emulator);
  const refused = await ask(emulator, "DELETE", "/tokens/self", { key });
  expect(refused).toMatchObject({ status: 429, json: { msg: expect.any(String) } });
  expect(refused.headers.get("fastly-ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("fastly-ratelimit-reset")).toBe(String((start + hour) / 1000));
  await expect(createToken(emulator)).rejects.toThrow("429");
  expect((await ask(emulator, "GET", "/tokens/self", { key })).status).toBe(200);

  await nextHour();
  expect((await ask(emulator, "DELETE", "/tokens/self", { key })).status).toBe(204);
});

test("the limit is per customer", async () => {
  await nextHour();
  await emulator.settings({ hourlyWriteLimit: 1 });
  await createToken(emulator);
  const { username, password } = await emulator.addUser({ customer: "new" });
  await createToken(emulator, { username, password });
});
