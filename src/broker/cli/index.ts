import { jsonSchema } from "../config/index.ts";
import { check, refuse } from "./check.ts";
import { explain } from "./explain.ts";
import { init } from "./init.ts";
import { readOptions } from "./options.ts";
import type { CliPorts } from "./ports.ts";

type Command = (args: readonly string[], ports: CliPorts) => Promise<number>;

const commands: ReadonlyMap<string, Command> = new Map([
  ["check", check],
  ["explain", explain],
  ["schema", schema],
  ["init", init],
]);

const usage = [
  "Usage:",
  "  broker --config FILE [--port N] [--host H] [--json]      starts the broker",
  "      [--tls-cert FILE --tls-key FILE] [--trust-proxy]",
  "  broker check --config FILE [--without-secrets]           finds every mistake in a configuration file",
  "  broker explain --config FILE --rule ID --claims FILE     shows what a job with these claims would get",
  "      [--scope SCOPES] [--services IDS] [--expires-in SECONDS]",
  "  broker init --repository OWNER/REPO --owner-id N --repository-id N",
  "      [--rule ID] [--scope SCOPES] [--services IDS]        writes a first configuration file",
  "      [--environment NAME] [--audience URL] [--out FILE]",
  "      [--issuer URL] [--server URL] [--api-url URL]",
  "  broker schema                                            prints the file's JSON Schema for editors",
];

/** Whether the arguments are for one of the commands; otherwise they start the broker. */
export function namesCommand([first = ""]: readonly string[]): boolean {
  return !first.startsWith("-") ? first !== "" : /^(?:-h|--help)$/.test(first);
}

/** Runs a command. @returns the exit code */
export async function runCommand([name = "", ...args]: readonly string[], ports: CliPorts): Promise<number> {
  if (/^(?:-h|--help|help)$/.test(name) || args.includes("--help")) {
    usage.forEach(ports.print);
    return 0;
  }
  const command = commands.get(name);
  if (command) return await command(args, ports);
  usage.forEach(ports.complain);
  return refuse("The first argument is not a command.", ports);
}

async function schema(args: readonly string[], ports: CliPorts): Promise<number> {
  const options = readOptions(args, { of: "schema", values: [] });
  if (options.kind === "mistake") return refuse(options.message, ports);
  ports.print(JSON.stringify(jsonSchema(), null, 2));
  return 0;
}

export type { CliPorts, FileRead } from "./ports.ts";
