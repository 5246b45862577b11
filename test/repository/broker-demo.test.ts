import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parse, stringify } from "yaml";
import { serverEnv } from "../support/broker.ts";

const realMain = JSON.stringify(resolve("dist/main/index.js"));
let directory: string;
let group = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "broker-demo-"));
});
afterEach(async () => {
  // A demo that leaves a process waits for it, and the test runs out of time.
  if (group > 0) killGroup(group);
  await rm(directory, { recursive: true });
});

test("the broker's demo shows a token, a refusal and a lost machine, and leaves nothing", async () => {
  const { code, stdout, leftFiles, hasLeftProcess } = await playDemo();
  const lines = stdout.split("\n").map((line) => line.trim());
  const expected = [
    "✓ the policy is valid",
    "✓ the job has neither the user's name nor its password",
    "✓ the action hands on a token",
    "✓ the purge succeeds",
    "✓ post succeeds",
    "✓ main fails",
    "✓ it learns why: the error code claim_mismatch",
    '✓ it learns which claim failed: ref is "refs/heads/feature"',
    "✓ its token is still alive",
    "✓ the broker revokes one token and leaves none",
    "✓ Fastly has revoked the token of the lost machine",
    "✓ Fastly lists no live token",
  ];
  expect(code).toBe(0);
  expect(expected.map((line) => [line, lines.includes(line)])).toEqual(expected.map((line) => [line, true]));
  expect(stdout).toMatch(/\| rules:\n.*broker\.yaml is valid: 1 rule, .*claim_mismatch, request "/s);
  expect(lines.filter((line) => line !== "").at(-1)).toBe(
    "Every job is over, every process has ended, and no token is alive.",
  );
  expect({ leftFiles, hasLeftProcess }).toEqual({ leftFiles: [], hasLeftProcess: false });
});

const withoutRefusal = `if (process.env.GITHUB_REF === "refs/heads/main") require(${realMain});`;
const withoutClaim = `
  const { stdout, status } = require("node:child_process").spawnSync(process.execPath, [${realMain}]);
  process.stdout.write(String(stdout).replaceAll("refs/heads/feature", ""));
  process.exitCode = status;`;

test.each([
  ["creates nothing", { main: "" }, "the action hands on a token"],
  ["revokes nothing", { post: "" }, "Fastly lists no live token of this job"],
  ["hides that the job is refused", { main: withoutRefusal }, "main fails"],
  ["hides which claim failed", { main: withoutClaim }, "it learns which claim failed"],
])("it fails with an action that %s, and leaves nothing", async (_, scripts, missing) => {
  const { code, stdout, stderr, leftFiles, hasLeftProcess } = await playDemo(await brokenAction(scripts));
  expect(code).toBe(1);
  expect(stderr).toContain(`Not as expected: ${missing}`);
  expect(stdout).not.toContain("no token is alive.");
  expect({ leftFiles, hasLeftProcess }).toEqual({ leftFiles: [], hasLeftProcess: false });
});

async function playDemo(action = "action.yml") {
  const temporary = join(directory, "temporary");
  await mkdir(temporary);
  // In a group of its own, where whatever it starts can be found.
  const child = spawn(process.execPath, ["scripts/demo.ts", "--broker", "--action", action], {
    detached: true,
    env: { ...serverEnv(), TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  group = child.pid ?? 0;
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "exit")) as [number | null];
  // What still ran would hold the output open.
  const hasLeftProcess = killGroup(group);
  const [stdout, stderr] = await output;
  return { code, stdout, stderr, leftFiles: await readdir(temporary), hasLeftProcess };
}

/** @returns whether there was anything to kill */
function killGroup(id: number): boolean {
  try {
    return process.kill(-id, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The action, but for what these scripts do instead. */
async function brokenAction(scripts: Partial<Record<"main" | "post", string>>): Promise<string> {
  const manifest = parse(await readFile("action.yml", "utf8"));
  for (const stage of ["main", "post"] as const) {
    manifest.runs[stage] = resolve(manifest.runs[stage]);
    const script = scripts[stage];
    if (script === undefined) continue;
    manifest.runs[stage] = join(directory, `${stage}.cjs`);
    await writeFile(manifest.runs[stage], script);
  }
  const path = join(directory, "action.yml");
  await writeFile(path, stringify(manifest));
  return path;
}
