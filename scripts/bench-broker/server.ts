/* Starts the processes of scripts/bench-broker.ts, and asks what they used. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Question, Usage } from "./usage.ts";

export interface Server {
  child: ChildProcess;
  url: string;
}

/** Starts a script whose first line on stdout is `{"url": …}`; what else it writes there is read and dropped. */
export async function startServer(args: string[], env: Record<string, string> = {}): Promise<Server> {
  const preload = ["--expose-gc", "--import", "./scripts/bench-broker/usage.ts"];
  const child = spawn(process.execPath, [...preload, ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { PATH: process.env.PATH, ...env },
  });
  if (!child.stdout) throw new Error("no stdout");
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, "line")) as [string];
  lines.close();
  child.stdout.resume();
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

export async function usageOf({ child }: Server, question: Question): Promise<Usage> {
  child.send(question);
  const [usage] = (await once(child, "message")) as [Usage];
  return usage;
}

export async function stopServer({ child }: Server): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
