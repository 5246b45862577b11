import { unreadable } from "../config/file-fault.ts";
import { type LoadedConfiguration, loadConfiguration, type Problem } from "../config/index.ts";
import { readOptions } from "./options.ts";
import type { CliPorts } from "./ports.ts";

/** `check`: every mistake of a configuration file at once. */
export async function check(args: readonly string[], ports: CliPorts): Promise<number> {
  const options = readOptions(args, { of: "check", values: ["config"], flags: ["without-secrets"] });
  if (options.kind === "mistake") return refuse(options.message, ports);
  const file = options.all.get("config")?.at(-1);
  if (file === undefined) return refuse("--config FILE is missing.", ports);
  const loaded = await loadFrom(file, ports, !options.all.has("without-secrets"));
  if (loaded === undefined) return 1;
  if (loaded.kind === "invalid") {
    printProblems(file, loaded.problems, ports);
    ports.print(`${count(loaded.problems.length, "mistake")}: the broker would not start with this file.`);
    return 1;
  }
  const { config, warnings } = loaded;
  printProblems(file, warnings, ports, "warning: ");
  const parts = [
    count(config.rules.size, "rule"),
    count(config.users.length, "Fastly user"),
    count(config.issuers.length, "issuer"),
  ];
  ports.print(`${file} is valid: ${parts.join(", ")}. SHA-256: ${config.hash}`);
  return 0;
}

/** Reads a configuration file; undefined where it cannot be read, which has been printed. */
export async function loadFrom(
  file: string,
  ports: CliPorts,
  withSecrets: boolean,
): Promise<LoadedConfiguration | undefined> {
  const read = await ports.readFile(file);
  if (read.kind === "unreadable") {
    refuse(unreadable(file, read.reason), ports);
    return undefined;
  }
  return await loadConfiguration(read.bytes, withSecrets ? ports.secretsOf(file) : "not-read");
}

export function printProblems(file: string, problems: readonly Problem[], ports: CliPorts, kind = ""): void {
  for (const problem of problems) ports.print(`${kind}${writeProblem(file, problem)}`);
}

/** One line, as compilers write it, so that editors and terminals open the place. */
export function writeProblem(file: string, { line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

export function refuse(message: string, ports: CliPorts): number {
  ports.complain(message);
  return 1;
}
