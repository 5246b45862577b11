import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A process and all that it started, itself first. */
export async function processTree(root: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number));
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, ppid] of pairs) if (ppid === parent && pid !== undefined) tree.push(pid);
  }
  return tree;
}

/** Kills processes at once, in that order. One that has ended by itself meanwhile is as good. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
