import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What came of an operation: what the client returns, or the status and the body of a refusal. */
export type Outcome = { value?: unknown; status?: number; body?: string; error?: string };

export type ForeignClient = {
  run(op: string, fields?: Record<string, unknown>): Promise<Outcome>;
  stop(): Promise<void>;
};

/** Starts a program that does with another client what it reads, a line for each operation. */
export function startForeignClient([command = "", ...args]: readonly string[], url: string): ForeignClient {
  // Each client would take a token from the environment, where there is one.
  const { FASTLY_API_TOKEN, FASTLY_API_KEY, ...env } = process.env;
  const child = spawn(command, args, {
    env: { ...env, NO_PROXY: "127.0.0.1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    run: async (op, fields = {}) => {
      child.stdin.write(`${JSON.stringify({ op, url, ...fields })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the client ended at ${op}`);
      return JSON.parse(value) as Outcome;
    },
    stop: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

/** The commands that run the clients, by name: whoever starts these tests has installed them. */
function commandOf(name: string): readonly string[] | undefined {
  const commands: Record<string, string[]> = JSON.parse(process.env.FOREIGN_CLIENTS ?? "{}");
  return commands[name];
}

/** `describe`, or `describe.skip` where this machine has no such client. */
export function describeClient(name: string, tests: (command: readonly string[]) => void): void {
  const command = commandOf(name);
  if (command) describe(name, () => tests(command));
  else describe.skip(name, () => test("is not installed here", () => {}));
}
