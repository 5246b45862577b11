/*
 * node scripts/test-busy.ts [--processes N] [jest's own arguments]
 *
 * The tests with busy processes beside them, sixteen unless told: no verdict may rest on how fast a machine is.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

const [option, given, ...rest] = process.argv.slice(2);
const isCounted = option === "--processes";
const count = isCounted ? Number(given) : 16;
const args = isCounted ? rest : process.argv.slice(2);

const spinning = "for (;;) Math.sqrt(Math.random())";
const busy: ChildProcess[] = Array.from({ length: count }, () =>
  spawn(process.execPath, ["--eval", spinning], { stdio: "ignore" }),
);
process.stderr.write(`${count} busy processes beside the tests\n`);
try {
  const { status } = spawnSync(process.execPath, ["scripts/test.ts", ...args], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  for (const process of busy) process.kill("SIGKILL");
}
