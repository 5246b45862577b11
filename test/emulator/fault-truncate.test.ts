import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask, createToken } from "./api.ts";
import { answerOnTheWire } from "./wire.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test("the whole is promised, half of it comes, and the connection ends", async () => {
  const match = { method: "GET", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "truncate" } });
  const { text } = await answerOnTheWire(emulator.url, "GET", "/tokens/self", emulator.apiKey);
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const promised = Number(/content-length: (\d+)/.exec(head)?.[1]);
  expect(body.length).toBe(Math.floor(promised / 2));
  expect(body.length).toBeGreaterThan(0);
});

test("the operation took effect", async () => {
  const before = (await emulator.tokens()).length;
  await emulator.fault({ match: { method: "POST", path: "/tokens" }, times: 1, fault: { kind: "truncate" } });
  await expect(createToken(emulator)).rejects.toThrow();
  expect(await emulator.tokens()).toHaveLength(before + 1);
});

test("an answer without a body is cut within its head", async () => {
  const { id, key } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "truncate" } });
  await expect(ask(emulator, "DELETE", "/tokens/self", { key })).rejects.toThrow();
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe("revoked");
});
