import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type CliPorts, runCommand } from "./cli/index.ts";
import { readConfigurationFile, secretsOf } from "./node-secrets.ts";

/** Runs a command on this machine. @returns the exit code */
export async function runCommandOnNode(args: readonly string[]): Promise<number> {
  return await runCommand(args, ports);
}

const [, script = ""] = process.argv;

const ports: CliPorts = {
  // A release has one file. In a checkout, npm brings the Node that this needs.
  program: basename(script) === "main.ts" ? "npm run broker --" : `node ${basename(script)}`,
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
