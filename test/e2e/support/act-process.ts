import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { killAll, processTree } from "./processes.ts";

export type ActEnded = {
  /** 0 where every job succeeded, 1 where one failed, null where act was killed. */
  code: number | null;
  /** All that act printed. */
  log: string;
};

export type ActProcess = {
  signal(name: "SIGINT" | "SIGTERM"): void;
  /** Kills act and all that it started, at once, as when the machine dies. */
  kill(): Promise<void>;
  done: Promise<ActEnded>;
};

const longestMs = 60_000;

export function startAct(
  executable: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): ActProcess {
  const child = spawn(executable, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${executable} could not be started.`);
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) killAll(await processTree(pid));
  };
  const overdue = setTimeout(kill, longestMs);
  return { signal: (name) => void child.kill(name), kill, done: ended() };

  async function ended(): Promise<ActEnded> {
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    clearTimeout(overdue);
    return { code, log: output + errors };
  }
}
