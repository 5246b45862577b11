import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test.each([
  ["before", "live", ["received"]],
  ["after", "revoked", ["received", "committed"]],
] as const)("a revocation cut %s its commit leaves the token %s", async (when, state, phases) => {
  const { id, key } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "cut", when } });
  await expect(ask(emulator, "DELETE", "/tokens/self", { key })).rejects.toThrow();
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe(state);
  expect((await emulator.requests()).at(-1)).toMatchObject({ status: null, phases });
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("a create cut %s its commit makes %d tokens", async (when, made) => {
  const before = (await emulator.tokens()).length;
  await emulator.fault({
    match: { method: "POST", path: "/tokens" },
    times: 1,
    fault: { kind: "cut", when },
  });
  await expect(createToken(emulator)).rejects.toThrow();
  expect(await emulator.tokens()).toHaveLength(before + made);
});
