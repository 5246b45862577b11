import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { codeOf } from "../http/node-failures.ts";
import { type CliPorts, runCommand } from "./cli/index.ts";
import { complain, print } from "./node-output.ts";
import { readFileStart, secretsOf } from "./node-secrets.ts";

/** Runs a command on this machine. @returns the exit code */
export async function runCommandOnNode(args: readonly string[]): Promise<number> {
  const lines: string[] = [];
  const code = await runCommand(args, { ...ports, print: (line) => lines.push(`${line}\n`) });
  const fault = await print(lines.join(""));
  if (fault === undefined) return code;
  // A reader that has closed the pipe, such as `head`, is not an error.
  if (fault !== "EPIPE") complain(`The output cannot be written (${fault}). Check the disk that it goes to.`);
  return 1;
}

const [, script = ""] = process.argv;

const ports: Omit<CliPorts, "print"> = {
  // A release has one file. In a checkout, npm brings the Node that this needs.
  program: basename(script) === "main.ts" ? "npm run broker --" : `node ${basename(script)}`,
  readFile: async (path) => {
    try {
      return { kind: "bytes", bytes: await readFileStart(path) };
    } catch (error) {
      return { kind: "unreadable", reason: codeOf(error as Error) };
    }
  },
  secretsOf,
  writeNewFile: async (path, text) => {
    try {
      await writeFile(path, text, { flag: "wx" });
      return undefined;
    } catch (error) {
      return codeOf(error as Error);
    }
  },
  complain,
};
