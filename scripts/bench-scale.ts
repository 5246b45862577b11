/*
 * node scripts/bench-scale.ts [--jobs 256] [--limit 100] [--work 2] [--timeout 10m]
 *
 * So many jobs at once, all of one user who may have so many live tokens. Each is a main and a post as processes of
 * their own, against one emulator on this machine, with so many seconds of work in between. Every job must get its
 * token, the limit must hold, and no token may be left.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Emulator, startEmulator } from "../test/support/emulator.ts";
import { type Stage, type StepResult, startJob } from "../test/support/runner.ts";
import { machine } from "./machine.ts";

// Counting coverage would slow the steps down.
delete process.env.STEP_COVERAGE_DIR;

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "256" },
    limit: { type: "string", default: "100" },
    work: { type: "string", default: "2" },
    timeout: { type: "string", default: "10m" },
  },
});
const jobs = wholeNumber("jobs");
const tokenLimit = wholeNumber("limit");
const workMs = wholeNumber("work") * 1000;

console.log(machine());
console.log(`${jobs} jobs at once, ${tokenLimit} live tokens allowed, ${workMs / 1000} s of work each`);

const emulator = await startEmulator();
await emulator.settings({ tokenLimit, hourlyWriteLimit: Number.MAX_SAFE_INTEGER });
console.log(
  "The hourly limit of writes is lifted: a create that is refused for want of room is a write, too.",
);
try {
  const alone = await playJob(0, emulator);
  console.log(`main alone     ${seconds(alone.main.durationMs)}`);
  const startedAt = performance.now();
  const played = await Promise.all(Array.from({ length: jobs }, (_, at) => playJob(at + 1, emulator)));
  await report(played, performance.now() - startedAt, emulator);
} finally {
  await emulator.stop();
}

type Played = { main: StepResult; post: StepResult };

async function playJob(at: number, { url, username, password, services }: Emulator): Promise<Played> {
  const job = await startJob({
    jobId: `job-${at}`,
    inputs: {
      username,
      password,
      scope: "purge_select",
      services: services.join(" "),
      "api-url": url,
      timeout: values.timeout,
    },
  });
  try {
    const main = await job.run("main");
    if (main.conclusion === "success") await sleep(workMs);
    return { main, post: await job.run("post") };
  } finally {
    await job.end();
  }
}

async function report(played: readonly Played[], tookMs: number, { peakLive, liveTokens, ...api }: Emulator) {
  const requests = await api.requests();
  const creates = requests.filter(({ method, path }) => method === "POST" && path === "/tokens").length;
  const peak = (await peakLive())[api.userId] ?? 0;
  const left = (await liveTokens(api.userId)).filter(({ name }) => name.includes(" use=job "));
  const failed = played.filter(({ main, post }) => failure(main) || failure(post));
  for (const { main, post } of failed.slice(0, 3))
    console.log(`--- a job that failed ---\n${main.log}\n${post.log}`);

  console.log(`in all         ${seconds(tookMs)}`);
  for (const stage of ["main", "post"] as const) {
    const { median, slowest } = durations(played, stage);
    console.log(`${stage}           median ${seconds(median)}, slowest ${seconds(slowest)}`);
  }
  console.log(
    `requests       ${(requests.length / jobs).toFixed(1)} a job, of which ${(creates / jobs).toFixed(1)} creates`,
  );
  check("succeeded", `${jobs - failed.length} of ${jobs}`, failed.length === 0);
  check("peak alive", `${peak} of ${tokenLimit}`, peak <= tokenLimit);
  check("left alive", `${left.length}`, left.length === 0);
}

function failure({ conclusion, annotations }: StepResult): boolean {
  return conclusion === "failure" || annotations.length > 0;
}

/** Of whole processes, from their start: with so many at once the machine's own load is in it. */
function durations(played: readonly Played[], stage: Stage): { median: number; slowest: number } {
  const sorted = played.map(({ [stage]: { durationMs } }) => durationMs).sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? Number.NaN, slowest: sorted.at(-1) ?? Number.NaN };
}

function check(what: string, count: string, holds: boolean): void {
  console.log(`${what.padEnd(14)} ${count}${holds ? "" : "   BROKEN"}`);
  if (!holds) process.exitCode = 1;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function wholeNumber(name: "jobs" | "limit" | "work"): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number.`);
  return number;
}
