import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

/** What an empty process takes at most while nothing but the tests runs, in milliseconds. */
const usualMs = 300;
const most = 8;

let measured: number | undefined;

/** How many times longer than usual a process takes on this machine just now: 1 to 8. Measured once in each test file. */
export function slowness(): number {
  measured ??= measure();
  return measured;
}

function measure(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return Math.min(most, Math.max(1, (performance.now() - startedAt) / usualMs));
}

/**
 * A `timeout` of a few seconds is there to run out, and what a step does before that takes longer on a busy machine: it
 * then gets more of them. One second is no time at all anywhere, and any other value stays as it is.
 */
export function allowForSlowness(inputs: Record<string, string>): Record<string, string> {
  const [, seconds] = /^([2-9]|10)s$/.exec(inputs.timeout ?? "") ?? [];
  if (seconds === undefined) return inputs;
  return { ...inputs, timeout: `${Math.ceil(Number(seconds) * slowness())}s` };
}
