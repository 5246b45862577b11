import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test.each([
  ["before", "received", "live"],
  ["after", "committed", "revoked"],
] as const)("stalled %s its commit: no answer until the client leaves", async (when, phase, state) => {
  const { id, key } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "stall", when } });
  const { n: after } = (await emulator.requests()).at(-1) ?? { n: 0 };
  const client = new AbortController();
  const request = fetch(`${emulator.url}/tokens/self`, {
    method: "DELETE",
    headers: { "Fastly-Key": key },
    signal: client.signal,
  }).catch(() => "left");
  const entry = await emulator.nextRequest({ ...match, phase, after });
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe(state);
  client.abort();
  expect(await request).toBe("left");
  expect((await emulator.requests()).at(-1)).toMatchObject({ n: entry.n, status: null });
});
