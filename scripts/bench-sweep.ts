/*
 * node scripts/bench-sweep.ts [--orphans 100,1000,10000]
 *
 * What a sweep costs: requests to Fastly, seconds and the most memory of its process, by how many tokens dead machines
 * left. Each sweep is the built action in a process of its own, against an emulator of Fastly and a stand-in for GitHub
 * on this machine: with each token of another run, with ten runs in all, and by age alone.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type Emulator, startEmulator } from "../test/support/emulator.ts";
import { type GitHub, startGitHub } from "../test/support/github.ts";
import { startJob } from "../test/support/runner.ts";

const budget = { requests: 150, seconds: 20, megabytes: 150 };
const repository = "octo-org/shop";

type Case = { name: string; runs: (orphans: number) => number; asks: boolean };

const cases: Case[] = [
  { name: "a run each", runs: (orphans) => orphans, asks: true },
  { name: "ten runs", runs: () => 10, asks: true },
  { name: "by age alone", runs: (orphans) => orphans, asks: false },
];

type Cost = { requests: number; questions: number; seconds: number; megabytes: number };

// Counting coverage would slow the sweep down.
delete process.env.STEP_COVERAGE_DIR;

const { orphans } = parseArgs({
  options: { orphans: { type: "string", default: "100,1000,10000" } },
}).values;
const counts = orphans.split(",").map(Number);
if (counts.some((count) => !Number.isInteger(count) || count < 1))
  throw new Error("--orphans takes whole numbers, split by commas.");

const commit = await promisify(execFile)("git", ["rev-parse", "--short", "HEAD"]).then(
  ({ stdout }) => stdout.trim(),
  () => "no commit",
);
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} processors; Node ${process.version}; ${commit}`);
console.log(
  row("orphans", "runs", "to Fastly", "to GitHub", "seconds", "ms an orphan", "MB", "within budget"),
);
let over = 0;
for (const one of cases) {
  for (const count of counts) {
    const cost = await costOf(one, count);
    const broken = beyondBudget(cost);
    over += broken.length;
    const verdict = broken.length === 0 ? "yes" : `NO: ${broken.join(", ")}`;
    const { requests, questions, seconds, megabytes } = cost;
    const each = ((seconds * 1000) / count).toFixed(2);
    console.log(
      row(count, one.name, requests, questions, seconds.toFixed(1), each, megabytes.toFixed(0), verdict),
    );
  }
}
console.log(
  `Budget: ${budget.requests} requests to Fastly, ${budget.seconds} seconds, ${budget.megabytes} MB.`,
);
if (over > 0) process.exitCode = 1;

/** One sweep of so many orphans, by a superuser of the customer, with nothing else on either server. */
async function costOf({ runs, asks }: Case, count: number): Promise<Cost> {
  const [emulator, github] = await Promise.all([startEmulator(), startGitHub()]);
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await leave(count, runs(count), emulator, github);
    const peakFile = join(directory, "peak");
    const job = await startJob({
      action: "sweep/action.yml",
      githubToken: github.token,
      inputs: {
        username: emulator.username,
        password: emulator.password,
        "api-url": emulator.url,
        "customer-id": emulator.customerId,
        ...(asks ? {} : { "github-token": "", "trust-age": "true" }),
      },
      env: { GITHUB_API_URL: github.apiUrl, ...tellPeakIn(peakFile) },
    });
    const { conclusion, outputs, log, durationMs } = await job.run("main");
    await job.end();
    if (conclusion !== "success" || outputs.swept !== String(count))
      throw new Error(`The sweep failed:\n${log}`);
    return {
      requests: (await emulator.requests()).length,
      questions: github.questions.length,
      seconds: durationMs / 1000,
      megabytes: Number(await readFile(peakFile, "utf8")) / 1000,
    };
  } finally {
    await Promise.all([emulator.stop(), github.stop(), rm(directory, { recursive: true })]);
  }
}

/** Tokens of another user of the customer: a superuser with a house this full could make no helper token. */
async function leave(count: number, runs: number, emulator: Emulator, github: GitHub): Promise<void> {
  const user = await emulator.addUser();
  const hoursAgo = (hours: number) =>
    `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
  const tokens = Array.from({ length: count }, (_, at) => ({
    user: user.userId,
    created_at: hoursAgo(2),
    expires_at: hoursAgo(-22),
    name: nameOf(runId(at % runs), at),
  }));
  await emulator.addTokens(tokens);
  for (let at = 0; at < runs; at++) github.know({ repository, runId: runId(at), status: "completed" });
}

function runId(at: number): number {
  return 9_000_000_000 + at;
}

/** As docs/token-names.md has it; a sweep that does not recognise it fails the benchmark. */
function nameOf(run: number, nonce: number): string {
  const page = `github.com/${repository}/actions/runs/${run}/attempts/1`;
  const family = nonce.toString(16).padStart(20, "0");
  return `fastly-ephemeral-token/1 ${page} job=deploy use=job nonce=${family}.1 label=nightly%20purge`;
}

/** The environment of a process that writes the most memory it ever had, in kilobytes, as it ends. */
function tellPeakIn(path: string): Record<string, string> {
  const code = `import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(${JSON.stringify(path)}, String(process.resourceUsage().maxRSS)));`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

function beyondBudget({ requests, seconds, megabytes }: Cost): string[] {
  return [
    ...(requests > budget.requests ? ["requests"] : []),
    ...(seconds > budget.seconds ? ["seconds"] : []),
    ...(megabytes > budget.megabytes ? ["memory"] : []),
  ];
}

function row(...cells: (string | number)[]): string {
  const widths = [8, 13, 10, 10, 8, 13, 5, 13];
  return cells
    .map((cell, at) => String(cell).padEnd(widths[at] ?? 0))
    .join(" ")
    .trimEnd();
}
