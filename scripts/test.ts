/*
 * node scripts/test.ts [jest's own arguments]
 *
 * All tests, and the coverage of src by the bytes that ship. With arguments, jest alone.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

const jest = "node_modules/jest/bin/jest.js";
const steps = "coverage/steps";

/** What rests on signals, on a POSIX shell, or on npm's use of one. */
const posixOnly = [
  "test/faults/",
  "test/harness/(signals|stalling-servers)",
  "test/emulator/(sigterm|start-line)",
  "test/main/stops-at-once",
  "test/post/goes-on-when",
  "test/repository/(adopt|broker-demo)",
  "test/verify/ends-what",
  "test/broker/service/audit",
  "test/docs/(examples|release)",
];

const args = process.argv.slice(2);
if (args.length > 0) process.exit(run(jest, args));
if (process.platform === "win32") process.exit(run(jest, ["--testPathIgnorePatterns", ...posixOnly]));

rmSync("coverage", { recursive: true, force: true });
const tests = run(jest, ["--coverage"], { STEP_COVERAGE_DIR: steps });
process.exit(tests === 0 ? run("scripts/coverage.ts", []) : tests);

function run(script: string, args: string[], env: Record<string, string> = {}): number {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}
