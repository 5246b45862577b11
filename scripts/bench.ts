/*
 * node scripts/bench.ts [--runs N]
 *
 * What main and post cost, each as a whole process with its one request to an emulator on this machine, and with a token
 * broker instead of a password, against an empty script on the same Node; and how many bytes a job downloads. One request
 * through undici's bare client stands beside them: how many empty scripts that is differs from machine to machine.
 * The servers are warm, as those of a real job are, and the broker is asked without what tests put before it.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startBrokerWorld } from "../test/support/broker-jobs.ts";
import { startEmulator } from "../test/support/emulator.ts";
import { type Job, type Stage, startJob } from "../test/support/runner.ts";
import { archiveBudget, compressedSize, makeArchive } from "./archive.ts";
import { warmUp } from "./bench-warm-up.ts";

/** Of an empty script's time; with a broker, main makes two requests. */
const budgets = { main: 2.6, post: 2.6, "main with a broker": 2.9, "post with a broker": 2.9 } as const;
type Step = keyof typeof budgets;
const steps = Object.keys(budgets) as Step[];
const references = ["empty", "undici alone"] as const;
type Row = (typeof references)[number] | Step;
const warmUps = 3;

// Counting coverage would slow the steps down.
delete process.env.STEP_COVERAGE_DIR;

const { runs } = parseArgs({ options: { runs: { type: "string", default: "21" } } }).values;
const rounds = Number(runs);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--runs takes a whole number.");

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} processors; Node ${process.version}; ${rounds} runs`,
);
await benchTime();
benchSize();

interface Cost {
  wallMs: number;
  /** Of all its threads; undefined where the system does not say. */
  processorMs: number | undefined;
}

async function benchTime(): Promise<void> {
  const costs: Record<Row, Cost[]> = {
    empty: [],
    "undici alone": [],
    main: [],
    post: [],
    "main with a broker": [],
    "post with a broker": [],
  };
  const world = await startBrokerWorld();
  const emulator = await startEmulator();
  await emulator.settings({ hourlyWriteLimit: Number.MAX_SAFE_INTEGER });
  await world.fastly.settings({ hourlyWriteLimit: Number.MAX_SAFE_INTEGER });
  const inputs = {
    username: emulator.username,
    password: emulator.password,
    scope: "purge_all",
    services: emulator.services.join(" "),
    "api-url": emulator.url,
  };
  await warmUp(emulator, world);
  const brokerInputs = { broker: world.broker.url, audience: world.front.url };
  // Interleaved, so that what slows the machine down slows all of them.
  for (let round = -warmUps; round < rounds; round++) {
    const empty = await startJob({ action: "test/fixtures/empty-action/action.yml" });
    const undici = await startJob({
      action: "test/fixtures/undici-action/action.yml",
      inputs: { "api-url": emulator.url },
    });
    const job = await startJob({ inputs });
    const brokered = await world.job({ debug: false, inputs: brokerInputs });
    const taken = {
      empty: await costOf(empty, "main"),
      "undici alone": await costOf(undici, "main"),
      main: await costOf(job, "main"),
      post: await costOf(job, "post"),
      "main with a broker": await costOf(brokered, "main"),
      "post with a broker": await costOf(brokered, "post"),
    };
    if (round >= 0) for (const name of [...references, ...steps]) costs[name].push(taken[name]);
    for (const each of [empty, undici, job]) await each.end();
    await world.endJobs();
  }
  await emulator.stop();
  await world.stop();
  printCosts(costs);
}

/** On a busy machine, processor time says more than the clock. */
function printCosts(costs: Record<Row, Cost[]>): void {
  const wallOf = (name: Row) => median(costs[name].map(({ wallMs }) => wallMs));
  const processorOf = (name: Row) => mean(costs[name].map(({ processorMs = Number.NaN }) => processorMs));
  const unit = { wall: wallOf("empty"), processor: processorOf("empty") };
  const print = (name: Row, verdict: (ratio: number) => string) => {
    const [wall, processor] = [wallOf(name), processorOf(name)];
    const [ratio, processorRatio] = [wall / unit.wall, processor / unit.processor];
    console.log(
      `${name.padEnd(19)} ${wall.toFixed(1)} ms, ${ratio.toFixed(2)} times   ${verdict(ratio)}; ` +
        `processor ${processor.toFixed(1)} ms, ${processorRatio.toFixed(2)} times`,
    );
  };
  for (const name of references) print(name, () => "for comparison");
  for (const name of steps) print(name, (ratio) => within(ratio, budgets[name]));
}

async function costOf(job: Job, stage: Stage): Promise<Cost> {
  const before = processorMsOfChildren();
  const { durationMs, conclusion, log } = await job.run(stage);
  if (conclusion !== "success") throw new Error(`${stage} failed:\n${log}`);
  const after = processorMsOfChildren();
  return {
    wallMs: durationMs,
    processorMs: after === undefined || before === undefined ? undefined : after - before,
  };
}

/** Of all processes that this one has started and that ended, by Linux, in steps of 10 ms: a mean evens these out. */
function processorMsOfChildren(): number | undefined {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(" ");
    return (Number(fields[15]) + Number(fields[16])) * 10;
  } catch {
    return undefined;
  }
}

function benchSize(): void {
  const bytes = compressedSize(makeArchive());
  console.log(
    `a job downloads ${(bytes / 1000).toFixed(1)} kB   ${within(bytes / 1000, archiveBudget / 1000)}`,
  );
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function within(value: number, budget: number): string {
  return value <= budget ? `within ${budget}` : `OVER ${budget}`;
}
