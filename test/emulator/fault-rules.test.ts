import { type Emulator, type Fault, type FaultRule, startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const answer = (status: number): Fault => ({ kind: "respond", when: "before", status });

async function statuses(method: string, path: string, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await ask(emulator, method, path)).status);
  return seen;
}

test("skip lets the first requests pass, times says how many follow", async () => {
  await emulator.fault({ match: { method: "GET", path: "/tokens", skip: 1 }, times: 2, fault: answer(500) });
  expect(await statuses("GET", "/tokens", 4)).toEqual([401, 500, 500, 401]);
});

test("always goes on until the faults are cleared", async () => {
  await emulator.fault({ match: { method: "GET", path: "/tokens" }, times: "always", fault: answer(500) });
  expect(await statuses("GET", "/tokens", 3)).toEqual([500, 500, 500]);
  await emulator.clearFaults();
  expect(await statuses("GET", "/tokens", 1)).toEqual([401]);
});

test("rules follow one another", async () => {
  const match = { method: "GET", path: "/tokens" };
  await emulator.fault({ match, times: 1, fault: answer(500) });
  await emulator.fault({ match: { ...match, skip: 1 }, times: 1, fault: answer(502) });
  expect(await statuses("GET", "/tokens", 3)).toEqual([500, 502, 401]);
});

test("a pattern means its route alone, a path itself alone, a method itself alone", async () => {
  await emulator.fault({
    match: { method: "GET", path: "/tokens/:id" },
    times: "always",
    fault: answer(500),
  });
  await emulator.fault({ match: { method: "GET", path: "/tokens/a" }, times: "always", fault: answer(502) });
  await emulator.fault({ match: { method: "GET", path: "/nowhere" }, times: "always", fault: answer(503) });
  expect(await statuses("GET", "/tokens/b", 1)).toEqual([500]);
  expect(await statuses("GET", "/tokens/self", 1)).toEqual([401]);
  expect(await statuses("DELETE", "/tokens/b", 1)).toEqual([401]);
  expect(await statuses("GET", "/nowhere?a=b", 1)).toEqual([503]);
});

test.each<[string, unknown]>([
  ["a pattern of no route", { match: { method: "GET", path: "/token/:id" }, times: 1, fault: answer(500) }],
  ["an unknown fault", { match: { method: "GET", path: "/tokens" }, times: 1, fault: { kind: "flood" } }],
  [
    "a fault without its details",
    { match: { method: "GET", path: "/tokens" }, times: 1, fault: { kind: "cut" } },
  ],
  ["a field too many", { match: { method: "GET", path: "/tokens", body: "" }, times: 1, fault: answer(500) }],
  ["no times", { match: { method: "GET", path: "/tokens" }, fault: answer(500) }],
])("%s is refused, as a test that it silently misses proves nothing", async (_, rule) => {
  await expect(emulator.fault(rule as FaultRule)).rejects.toThrow("400");
});
