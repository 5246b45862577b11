/*
 * node scripts/test-busy.ts [--processes N] [jest's own arguments]
 *
 * The tests beside busy processes, sixteen by default: no verdict may rest on how fast a machine is.
 */
import { spawn } from "node:child_process";

const [option, given, ...rest] = process.argv.slice(2);
const isCounted = option === "--processes";
const count = isCounted ? Number(given) : 16;
const args = isCounted ? rest : process.argv.slice(2);

// Each ends with this process, also when that is killed: its standard input closes.
const spinning =
  "process.stdin.resume().once('end', () => process.exit()); (function spin() { for (let n = 0; n < 1e6; n++) Math.sqrt(n); setImmediate(spin); })()";
const busy = Array.from({ length: count }, () =>
  spawn(process.execPath, ["--eval", spinning], { stdio: ["pipe", "ignore", "ignore"] }),
);
process.stderr.write(`${count} busy processes beside the tests\n`);
const tests = spawn(process.execPath, ["scripts/test.ts", ...args], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => tests.kill(signal));
tests.once("close", (code) => {
  for (const process of busy) process.kill("SIGKILL");
  process.exitCode = code ?? 1;
});
