/*
 * node scripts/bench-where.ts [--runs N]
 *
 * Where the time of main and of post goes, by V8's own profiler: milliseconds of one run, the mean of several. Profiling
 * itself takes time, so that these are shares, not what `npm run bench` measures.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator } from "../test/support/emulator.ts";
import { type Stage, startJob } from "../test/support/runner.ts";

type Frame = { functionName: string; url: string; lineNumber: number };
type ProfileNode = { id: number; callFrame: Frame; children?: number[] };
type Profile = { nodes: ProfileNode[]; samples: number[]; timeDeltas: number[] };

delete process.env.STEP_COVERAGE_DIR;
const { runs } = parseArgs({ options: { runs: { type: "string", default: "10" } } }).values;

const emulator = await startEmulator();
const inputs = {
  username: emulator.username,
  password: emulator.password,
  scope: "purge_all",
  services: emulator.services.join(" "),
  "api-url": emulator.url,
};
const scratch = await mkdtemp(join(tmpdir(), "bench-"));
try {
  for (let run = 0; run < Number(runs); run++) {
    const job = await startJob({ inputs });
    for (const stage of ["main", "post"] as const) {
      const options = `--cpu-prof --cpu-prof-interval=100 --cpu-prof-dir=${join(scratch, stage)}`;
      const { conclusion, log } = await job.run(stage, { env: { NODE_OPTIONS: options } });
      if (conclusion !== "success") throw new Error(`${stage} failed:\n${log}`);
    }
    await job.end();
  }
  for (const stage of ["main", "post"] as const) await print(stage, join(scratch, stage));
} finally {
  await rm(scratch, { recursive: true });
  await emulator.stop();
}

async function print(stage: Stage, directory: string): Promise<void> {
  const files = await readdir(directory);
  const sums = new Map<string, number>();
  for (const file of files) {
    for (const [what, ms] of timesOf(JSON.parse(await readFile(join(directory, file), "utf8")))) {
      sums.set(what, (sums.get(what) ?? 0) + ms / files.length);
    }
  }
  console.log(`\n${stage}`);
  for (const [what, ms] of [...sums].sort(([, a], [, b]) => b - a)) {
    if (ms >= 0.5) console.log(`${ms.toFixed(1).padStart(6)} ms  ${what}`);
  }
}

/** How long each thing worth a name took, with all that it called; what it holds of another is counted in both. */
function timesOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  const times = new Map<string, number>();
  for (const root of nodes.slice(0, 1)) add(root, []);
  return times;

  function add(node: ProfileNode, above: readonly string[]): number {
    const name = nameOf(node.callFrame);
    const names = name === undefined ? above : [...above, name];
    let ms = own.get(node.id) ?? 0;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) ms += add(child, names);
    }
    if (name !== undefined && !above.includes(name)) times.set(name, (times.get(name) ?? 0) + ms);
    return ms;
  }
}

function nameOf({ functionName, url, lineNumber }: Frame): string | undefined {
  if (functionName === "(garbage collector)") return "collecting garbage";
  if (functionName === "wrapSafe") return "compiling the files of dist";
  if (functionName === "toRealPath") return "finding the files of dist";
  if (functionName === "runStep") return "the step's own work, until it first waits";
  if (functionName === "processTicksAndRejections" || functionName === "runMicrotasks")
    return "the step's own work, after a wait";
  if (functionName === "js-to-wasm") return "parsing the response";
  if (functionName === "lazyllhttp") return "compiling undici's parser";
  const isModule = functionName === "" && lineNumber === 0 && /^node:(?!internal)/.test(url);
  return isModule ? `loading ${url}` : undefined;
}
