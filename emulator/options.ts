import { readOptions as readNamed } from "../src/broker/cli/options.ts";

/** The only hosts that the control API may be reached at. */
const loopback = ["127.0.0.1", "::1"];

export type Options =
  | { kind: "start"; host: string; port: number; json: boolean }
  | { kind: "help" }
  | { kind: "mistake"; message: string };

/** What an emulator is, for its usage: the name of its script, and what it does. */
export interface Emulator {
  script: string;
  purpose: string;
}

export function usageOf({ script, purpose }: Emulator): string {
  return `Usage: npm run ${script} -- [--host HOST] [--port PORT] [--json]

  --host HOST  127.0.0.1 (the default) or ::1
  --port PORT  0 (the default) takes a free one
  --json       prints one line of JSON in place of text
  --help       prints this

${purpose} It runs until it is stopped.
`;
}

export function readOptions(args: readonly string[]): Options {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const options = readNamed(args, { of: "the emulator", values: ["host", "port"], flags: ["json"] });
  if (options.kind === "mistake") return options;
  const { all } = options;
  const [host = "127.0.0.1", port = "0"] = ["host", "port"].map((name) => all.get(name)?.at(-1));
  if (!loopback.includes(host))
    return {
      kind: "mistake",
      message: `--host must be one of ${loopback.join(", ")}: the control API is for this machine alone.`,
    };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return { kind: "mistake", message: "--port must be a number from 0 to 65535." };
  return { kind: "start", host, port: Number(port), json: all.has("json") };
}
