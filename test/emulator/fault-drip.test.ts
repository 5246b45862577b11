import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";
import { answerOnTheWire } from "./wire.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test("the true answer comes whole, if slowly", async () => {
  const match = { method: "GET", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "drip", when: "after", everyMs: 1 } });
  const answer = await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey });
  expect(answer).toMatchObject({ status: 200, json: { name: "Emulator key" } });
  expect((await emulator.nextRequest({ ...match, phase: "answered" })).status).toBe(200);
});

test("the body comes byte by byte", async () => {
  const match = { method: "GET", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "drip", when: "after", everyMs: 5 } });
  const { text, chunks } = await answerOnTheWire(emulator.url, "GET", "/tokens/self", emulator.apiKey);
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(chunks).toBeGreaterThan(50);
});

test("an answer without a body drips by its head, after the commit", async () => {
  const { key, id } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "drip", when: "after", everyMs: 5 } });
  const { text, chunks } = await answerOnTheWire(emulator.url, "DELETE", "/tokens/self", key);
  expect(text).toMatch(/^HTTP\/1\.1 204 No Content\r\n[\s\S]*\r\n\r\n$/);
  expect(chunks).toBeGreaterThan(50);
  expect((await emulator.liveTokens()).map((token) => token.id)).not.toContain(id);
});
