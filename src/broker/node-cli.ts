import { writeFile } from "node:fs/promises";
import { type CliPorts, runCommand } from "./cli/index.ts";
import { readConfigurationFile, secretsOf } from "./node-secrets.ts";

/** Runs a command on this machine. @returns the exit code */
export async function runCommandOnNode(args: readonly string[]): Promise<number> {
  return await runCommand(args, ports);
}

const ports: CliPorts = {
  readFile: async (path) => {
    try {
      return { kind: "bytes", bytes: await readConfigurationFile(path) };
    } catch (error) {
      return { kind: "unreadable", reason: codeOf(error) };
    }
  },
  secretsOf,
  writeNewFile: async (path, text) => {
    try {
      await writeFile(path, text, { flag: "wx" });
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  },
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
