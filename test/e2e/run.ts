/*
 * npm run test:e2e [-- arguments of jest]
 *
 * Runs the workflows in here on nektos/act, straight on this machine. Go builds act, once; without Go, nothing runs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

const version = "v0.2.89";

const obstacle = findObstacle();
if (obstacle === undefined) process.exitCode = runTests(buildAct());
else console.log(`Skipped the end-to-end tests: ${obstacle}`);

function findObstacle(): string | undefined {
  if (process.platform === "win32")
    return "their steps are written for bash, which act does not find on Windows.";
  if (spawnSync("go", ["version"]).error) return "there is no Go on this machine, which builds nektos/act.";
  return undefined;
}

/** Answers where act is. It gets a directory of its own, so that no other version of somebody's is replaced. */
function buildAct(): string {
  const [goPath = ""] = go(["env", "GOPATH"]).trim().split(delimiter);
  const directory = join(goPath, "bin", `act-${version}`);
  const executable = join(directory, "act");
  if (existsSync(executable)) return executable;
  console.log(`Building nektos/act ${version} into ${directory}, which takes a minute or two.`);
  go(["install", `github.com/nektos/act@${version}`], { GOBIN: directory });
  return executable;
}

function go(args: string[], env: Record<string, string> = {}): string {
  const { status, stdout } = spawnSync("go", args, {
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`go ${args.join(" ")} failed.`);
  return stdout;
}

function runTests(act: string): number {
  rmSync("build/e2e", { recursive: true, force: true });
  const jest = ["node_modules/jest/bin/jest.js", "--config", "test/e2e/jest.config.json"];
  const { status } = spawnSync(process.execPath, [...jest, ...process.argv.slice(2)], {
    env: { ...process.env, ACT: act },
    stdio: "inherit",
  });
  return status ?? 1;
}
