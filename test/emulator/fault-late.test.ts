import type { Fault } from "../../emulator/faults/fault.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const match = { method: "POST", path: "/tokens" };

async function createLate(fault: Fault, signal?: AbortSignal) {
  const before = (await emulator.tokens()).length;
  const { n: after } = (await emulator.requests()).at(-1) ?? { n: 0 };
  await emulator.fault({ match, times: 1, fault });
  const { username, password, url } = emulator;
  const answer = fetch(`${url}/tokens`, {
    method: "POST",
    body: new URLSearchParams({ username, password }),
    ...(signal ? { signal } : {}),
  });
  return { before, after, answer };
}

async function expectTokenOnceCommitted(before: number, after: number) {
  expect(await emulator.tokens()).toHaveLength(before);
  const entry = await emulator.nextRequest({ ...match, phase: "committed", after });
  expect(await emulator.tokens()).toHaveLength(before + 1);
  return entry;
}

test("the connection ends at once, and the token is created later", async () => {
  const { before, after, answer } = await createLate({ kind: "late", ms: 400, meanwhile: "cut" });
  await expect(answer).rejects.toThrow();
  await expectTokenOnceCommitted(before, after);
});

test("another answer comes at once, and the token is created later", async () => {
  const meanwhile = { status: 504, body: "<h1>Time-out</h1>", contentType: "text/html" };
  const { before, after, answer } = await createLate({ kind: "late", ms: 400, meanwhile });
  const early = await answer;
  expect([early.status, early.headers.get("content-type"), await early.text()]).toEqual([
    504,
    "text/html",
    "<h1>Time-out</h1>",
  ]);
  expect(await expectTokenOnceCommitted(before, after)).toMatchObject({ status: 504 });
});

test("the true answer comes once the token is created", async () => {
  const { before, after, answer } = await createLate({ kind: "late", ms: 400, meanwhile: "wait" });
  await expectTokenOnceCommitted(before, after);
  expect((await answer).status).toBe(200);
});

test.each([
  { kind: "late", ms: 400, meanwhile: "wait" },
  { kind: "late", ms: 400, meanwhile: "stall" },
  { kind: "delay", ms: 400 },
] as const)("the client leaves, and the token is created all the same (%p)", async (fault) => {
  const client = new AbortController();
  const { before, after, answer } = await createLate(fault, client.signal);
  await emulator.nextRequest({ ...match, phase: "received", after });
  client.abort();
  await expect(answer).rejects.toThrow();
  await expectTokenOnceCommitted(before, after);
});

test("what is refused late creates nothing", async () => {
  const { length } = await emulator.tokens();
  await emulator.fault({ match, times: 1, fault: { kind: "late", ms: 10, meanwhile: "wait" } });
  await expect(createToken(emulator, { scope: "root" })).rejects.toThrow("400");
  expect(await emulator.tokens()).toHaveLength(length);
});

test("other requests do not wait", async () => {
  const { answer } = await createLate({ kind: "late", ms: 400, meanwhile: "wait" });
  const { key } = { key: emulator.apiKey };
  const first = await Promise.race([
    answer.then(() => "create"),
    ask(emulator, "GET", "/tokens/self", { key }).then(() => "read"),
  ]);
  expect(first).toBe("read");
  await answer;
});
