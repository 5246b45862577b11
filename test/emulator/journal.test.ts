import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask, basic } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test("lists every request in order, with its credential, its token and its response, and no secret", async () => {
  const { username, password, apiKey } = emulator;
  const { id, key } = await addKey(emulator, {});
  await ask(emulator, "POST", "/tokens", { form: { username, password } });
  await ask(emulator, "POST", "/tokens", { headers: basic(username, password) });
  await ask(emulator, "GET", "/tokens/self?verbose=1", { key });
  await ask(emulator, "GET", "/nowhere");
  const entries = await emulator.requests();
  expect(
    entries.map(({ n, method, path, status, credential, tokenId }) => [
      n,
      method,
      path,
      status,
      credential,
      tokenId,
    ]),
  ).toEqual([
    [1, "POST", "/tokens", 200, "form", undefined],
    [2, "POST", "/tokens", 200, "basic", undefined],
    [3, "GET", "/tokens/self", 200, "key", id],
    [4, "GET", "/nowhere", 501, "none", undefined],
  ]);
  for (const secret of [password, apiKey, key, Buffer.from(`${username}:${password}`).toString("base64")]) {
    expect(JSON.stringify(entries)).not.toContain(secret);
  }
});

test("gives the number of the last request, and what came after a number", async () => {
  const before = await emulator.lastRequest();
  await ask(emulator, "GET", "/one");
  await ask(emulator, "GET", "/two");
  expect(await emulator.lastRequest()).toBe(before + 2);
  expect((await emulator.requests(before)).map(({ path }) => path)).toEqual(["/one", "/two"]);
  expect(await emulator.requests(before + 2)).toEqual([]);
});

test("waits for a request that has not come yet, and passes over what came before", async () => {
  await ask(emulator, "GET", "/tokens/before", { key: emulator.apiKey });
  const { n: after } = (await emulator.requests()).at(-1) ?? { n: 0 };
  const next = emulator.nextRequest({ method: "GET", path: "/tokens/:id", phase: "answered", after });
  await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey });
  await ask(emulator, "GET", "/tokens/unknown", { key: emulator.apiKey });
  expect(await next).toMatchObject({ n: after + 2, path: "/tokens/unknown", status: 404 });
});

test("finds a request that is there already", async () => {
  await ask(emulator, "GET", "/here");
  expect(await emulator.nextRequest({ path: "/here", phase: "answered" })).toMatchObject({
    status: 501,
    unknownRoute: true,
  });
});

test("gives up in time", async () => {
  await expect(emulator.nextRequest({ path: "/never", timeoutMs: 50 })).rejects.toThrow("no such request");
});
