/*
 * npm run bench:broker [-- --exchanges N] [--rounds N] [--memory N]
 *
 * Exchanges through the broker, beside a bare route that verifies one RS256 signature and makes the same one request,
 * both on loopback and before the same server that answers in Fastly's place at once. Rounds of both take turns, and
 * their medians are printed. On a busy machine, processor time says more than the clock. Then the broker's memory.
 */
import { parseArgs } from "node:util";
import type { Issuer } from "./bench-broker/issuer.ts";
import { exchangeMany } from "./bench-broker/load.ts";
import { type Server, usageOf } from "./bench-broker/server.ts";
import { startWorld, type World } from "./bench-broker/world.ts";

const { values } = parseArgs({
  options: {
    exchanges: { type: "string", default: "1000" },
    rounds: { type: "string", default: "11" },
    memory: { type: "string", default: "100000" },
  },
});
const [exchanges, rounds, memory] = [values.exchanges, values.rounds, values.memory].map(Number) as [
  number,
  number,
  number,
];
const clients = [1, 10, 50];
/** A service runs for weeks: V8 has optimized what it runs often. */
const warmUp = 5_000;
const measures = ["perSecond", "p50", "p99", "cpuMs"] as const;
type Result = Record<(typeof measures)[number], number>;

/** The broker keeps a JWT's ID for a minute and a half after it expired. */
const shortestLifetimeSeconds = 20;
const keptMs = 115_000;

await withWorld(10, async (world) => {
  for (const server of [world.bare, world.broker]) await measure(world.issuer, server, 10, warmUp);
  console.log("clients  route      exchanges/s   p50 ms   p99 ms   processor ms each");
  for (const count of clients) await compare(world, count);
});
if (memory > 0) await withWorld(1, showMemory);

async function withWorld(minutes: number, run: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld(minutes);
  try {
    await run(world);
  } finally {
    await world.end();
  }
}

async function compare({ issuer, bare, broker }: World, count: number): Promise<void> {
  const results: Record<"bare" | "broker", Result[]> = { bare: [], broker: [] };
  for (const server of [bare, broker]) await measure(issuer, server, count, 1_000);
  for (let round = 0; round < rounds; round++) {
    results.bare.push(await measure(issuer, bare, count, exchanges));
    results.broker.push(await measure(issuer, broker, count, exchanges));
  }
  const [one, other] = [medians(results.bare), medians(results.broker)];
  print(count, "bare", one);
  print(count, "broker", other);
  const part = (100 * other.perSecond) / one.perSecond;
  const times = (name: keyof Result) => `${(other[name] / one[name]).toFixed(2)} x`;
  console.log(
    `${" ".repeat(9)}in relation ${`${part.toFixed(0)} %`.padStart(10)}${times("p50").padStart(9)}${times("p99").padStart(9)}${times("cpuMs").padStart(11)}`,
  );
}

async function measure(issuer: Issuer, server: Server, count: number, exchanges: number): Promise<Result> {
  const forms = issuer.forms(exchanges, 300);
  const before = await usageOf(server, "processor");
  const times = await exchangeMany(server.url, count, forms);
  const after = await usageOf(server, "processor");
  return { ...times, cpuMs: (after.processorMs - before.processorMs) / exchanges };
}

function print(count: number, route: string, { perSecond, p50, p99, cpuMs }: Result): void {
  const cells = [
    String(count).padStart(7),
    route.padEnd(9),
    perSecond.toFixed(0).padStart(12),
    p50.toFixed(2).padStart(7),
    p99.toFixed(2).padStart(7),
    cpuMs.toFixed(3).padStart(9),
  ];
  console.log(cells.join("  "));
}

function medians(results: readonly Result[]): Result {
  const entries = measures.map((name) => [name, median(results.map((result) => result[name]))] as const);
  return Object.fromEntries(entries) as Result;
}

function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
}

/** JWT IDs and tokens are kept until they expire: at an even rate, memory is flat once as many end as begin. */
async function showMemory({ issuer, broker }: World): Promise<void> {
  console.log("memory of the broker, once what it keeps of exchanges expires as fast as it comes");
  const step = 10_000;
  const started = performance.now();
  let done = -step;
  while (done < memory) {
    const { perSecond } = await exchangeMany(broker.url, 10, issuer.forms(step, shortestLifetimeSeconds));
    if (performance.now() - started > keptMs) done += step;
    const { residentMiB, heapMiB } = await usageOf(broker, "memory");
    const after = done < 0 ? "before" : `after ${done}`;
    const rate = `${perSecond.toFixed(0)} exchanges/s`;
    console.log(
      `${after.padEnd(14)} ${rate.padEnd(18)} heap ${heapMiB.toFixed(1)} MiB, resident ${residentMiB.toFixed(0)} MiB`,
    );
  }
}
