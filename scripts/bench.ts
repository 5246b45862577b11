/*
 * node scripts/bench.ts [--runs N]
 *
 * What main and post cost, each as a whole process with its one request to an emulator on this machine, against an
 * empty script on the same Node; and how many bytes a job downloads.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startEmulator } from "../test/support/emulator.ts";
import { type Job, type Stage, startJob } from "../test/support/runner.ts";
import { archiveBudget, compressedSize, makeArchive } from "./archive.ts";

const ratioBudget = 2.6;
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

async function benchTime(): Promise<void> {
  const times: Record<"empty" | Stage, number[]> = { empty: [], main: [], post: [] };
  const emulator = await startEmulator();
  await emulator.settings({ hourlyWriteLimit: Number.MAX_SAFE_INTEGER });
  const inputs = {
    username: emulator.username,
    password: emulator.password,
    scope: "purge_all",
    services: emulator.services.join(" "),
    "api-url": emulator.url,
  };
  // Interleaved, so that what slows the machine down slows all three.
  for (let round = -warmUps; round < rounds; round++) {
    const empty = await startJob({ action: "test/fixtures/empty-action/action.yml" });
    const job = await startJob({ inputs });
    const taken = {
      empty: await timed(empty, "main"),
      main: await timed(job, "main"),
      post: await timed(job, "post"),
    };
    if (round >= 0) for (const name of ["empty", "main", "post"] as const) times[name].push(taken[name]);
    await empty.end();
    await job.end();
  }
  await emulator.stop();

  const unit = median(times.empty);
  console.log(`empty   ${unit.toFixed(1)} ms`);
  for (const stage of ["main", "post"] as const) {
    const time = median(times[stage]);
    const ratio = time / unit;
    console.log(
      `${stage}    ${time.toFixed(1)} ms   ${ratio.toFixed(2)} times   ${within(ratio, ratioBudget)}`,
    );
  }
}

async function timed(job: Job, stage: Stage): Promise<number> {
  const { durationMs, conclusion, log } = await job.run(stage);
  if (conclusion !== "success") throw new Error(`${stage} failed:\n${log}`);
  return durationMs;
}

function benchSize(): void {
  const bytes = compressedSize(makeArchive());
  console.log(
    `a job downloads ${(bytes / 1000).toFixed(1)} kB   ${within(bytes / 1000, archiveBudget / 1000)}`,
  );
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
