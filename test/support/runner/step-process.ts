import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

export type Ended = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** From before the process was started until it was gone. */
  durationMs: number;
};

export type StepProcess = {
  pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once the text has been printed, on either stream; rejects where the process ends without. */
  printed(text: string): Promise<void>;
  /** Ends the process as a cancelled job does. Times in milliseconds. */
  cancel(grace?: { interrupt: number; terminate: number }): Promise<void>;
  ended: Promise<Ended>;
};

/** Runs a script in a process of its own and hands each line on as it comes. */
export function startStepProcess(
  script: string,
  options: { cwd: string; env: Record<string, string> },
  onLine: (line: string) => void,
): StepProcess {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
    splitLines(child[name], onLine);
  }
  let durationMs = 0;
  child.once("exit", () => {
    durationMs = performance.now() - startedAt;
  });
  const ended = new Promise<Ended>((succeed, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode, signal) => succeed({ exitCode, signal, ...output, durationMs }));
  });
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return { pid: child.pid, kill, printed, cancel, ended };

  async function printed(text: string): Promise<void> {
    const has = () => output.stdout.includes(text) || output.stderr.includes(text);
    const seen = new Promise<void>((succeed) => {
      const look = () => has() && succeed();
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      look();
    });
    await Promise.race([seen, ended]);
    if (!has())
      throw new Error(`The step ended without printing '${text}':\n${output.stdout}${output.stderr}`);
  }

  async function cancel(grace = { interrupt: 7500, terminate: 2500 }): Promise<void> {
    const over = new AbortController();
    const end = ended.finally(() => over.abort());
    // A wait that the end of the process cuts short.
    const upTo = (ms: number) => wait(ms, undefined, { signal: over.signal }).catch(() => undefined);
    kill("SIGINT");
    await upTo(grace.interrupt);
    kill("SIGTERM");
    await upTo(grace.terminate);
    kill("SIGKILL");
    await end;
  }
}

// Line ends are those of the runner: a carriage return alone is one too.
function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.on("data", (text: string) => {
    // A carriage return that comes last may be half of a pair.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/u);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest.replace(/\r$/u, ""));
  });
}
