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

test("over the limit, writes of the user are refused with 429 until the hour ends; reads go on", async () => {
  const start = await nextHour();
  await emulator.settings({ hourlyWriteLimit: 1 });
  const { access_token: key } = await createToken(emulator);
  const refused = await ask(emulator, "DELETE", "/tokens/self", { key });
  expect(refused).toMatchObject({
    status: 429,
    json: { msg: expect.stringContaining("exceeded your hourly rate limit") },
  });
  expect(refused.headers.get("fastly-ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("fastly-ratelimit-reset")).toBe(String((start + hour) / 1000));
  await expect(createToken(emulator)).rejects.toThrow("429");
  expect((await ask(emulator, "GET", "/tokens/self", { key })).status).toBe(200);

  await nextHour();
  expect((await ask(emulator, "DELETE", "/tokens/self", { key })).status).toBe(204);
});

test("the limit is per user", async () => {
  await nextHour();
  await emulator.settings({ hourlyWriteLimit: 1 });
  await createToken(emulator);
  await expect(createToken(emulator)).rejects.toThrow("429");
  const { username, password } = await emulator.addUser();
  await createToken(emulator, { username, password });
  await emulator.settings({ hourlyWriteLimit: 1000 });
});

test("purge_all counts; purges by key, by keys and by URL do not, and say nothing of the limit", async () => {
  await nextHour();
  const { apiKey: key } = emulator;
  const service = `/service/${emulator.services[0]}`;
  const purge = async (path: string) => {
    const { status, headers } = await ask(emulator, "POST", path, {
      key,
      headers: { "surrogate-key": "home" },
    });
    return [status, headers.get("fastly-ratelimit-remaining")];
  };
  expect(await purge(`${service}/purge_all`)).toEqual([200, "999"]);
  expect(await purge(`${service}/purge/home`)).toEqual([200, null]);
  expect(await purge(`${service}/purge`)).toEqual([200, null]);
  expect(await purge("/purge/https://www.example.com/")).toEqual([200, null]);
  expect(await purge(`${service}/purge_all`)).toEqual([200, "998"]);
});

test("a bulk revoke counts once", async () => {
  await nextHour();
  const { apiKey: key } = emulator;
  const data = (await emulator.addTokens([{}, {}, {}])).map(({ id }) => ({ type: "token", id }));
  const headers = { "content-type": "application/vnd.api+json; ext=bulk" };
  const bulk = await ask(emulator, "DELETE", "/tokens", { key, headers, body: JSON.stringify({ data }) });
  expect([bulk.status, bulk.headers.get("fastly-ratelimit-remaining")]).toEqual([204, "999"]);
});

test("a response to an expired key has the limit, and uses nothing of it", async () => {
  await nextHour();
  const user = (await emulator.addUser()).userId;
  const [token] = await emulator.addTokens([{ user, expires_at: "2021-01-14T11:47:46Z" }]);
  const key = token?.access_token ?? "";
  for (let i = 0; i < 2; i++) {
    const { status, headers } = await ask(emulator, "DELETE", "/tokens/self", { key });
    expect([status, headers.get("fastly-ratelimit-remaining")]).toEqual([401, "1000"]);
  }
});
