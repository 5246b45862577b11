import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test("a delayed request is answered as usual, only later", async () => {
  const { id, key } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "delay", ms: 300 } });
  const start = performance.now();
  const answer = ask(emulator, "DELETE", "/tokens/self", { key });
  await emulator.nextRequest({ ...match, phase: "received" });
  expect((await emulator.liveTokens()).map((token) => token.id)).toContain(id);
  expect((await answer).status).toBe(204);
  // A timer may fire one millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(299);
});
