import { parseArgs } from "node:util";

/** The only hosts that the control API may be reached at. */
const loopback = ["127.0.0.1", "::1"];

export type Options =
  | { kind: "start"; host: string; port: number; json: boolean }
  | { kind: "help" }
  | { kind: "mistake"; message: string };

export const usage = `Usage: npm run emulator -- [--host HOST] [--port PORT] [--json]

  --host HOST  127.0.0.1 (the default) or ::1
  --port PORT  0 (the default) takes a free one
  --json       prints one line of JSON in place of text
  --help       prints this

Starts an emulator of Fastly's API, and prints its URL, a user and two services. It runs until it is stopped.
`;

export function readOptions(args: string[]): Options {
  const parsed = parse(args);
  if (parsed instanceof Error) return { kind: "mistake", message: parsed.message };
  const { help, host, port, json } = parsed;
  if (help) return { kind: "help" };
  if (!loopback.includes(host))
    return {
      kind: "mistake",
      message: `--host must be one of ${loopback.join(", ")}: the control API is for this machine alone.`,
    };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return { kind: "mistake", message: "--port must be a number from 0 to 65535." };
  return { kind: "start", host, port: Number(port), json };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: "0" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}
