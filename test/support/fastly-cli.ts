import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export type CliResult = { code: number | null; stdout: string; stderr: string };

export type CliOptions = {
  apiUrl: string;
  token?: string;
  /** Where it keeps its configuration; by default, a fresh directory. */
  home?: string;
};

const fastlyApi = "https://api.fastly.com";

/** Runs the real Fastly command line, with nothing of this machine's environment or configuration. */
export async function fastlyCli(args: string[], options: CliOptions): Promise<CliResult> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "fastly-cli-")));
  try {
    const result = await run(args, options, home);
    if (result.stdout + result.stderr !== "") return result;
    // Its launcher exits with 0 where the system killed the command itself, as it may on a machine without memory.
    console.warn(`fastly ${args[0]} printed nothing and exited with ${result.code}: asking once more`);
    return await run(args, options, home);
  } finally {
    if (options.home === undefined) await rm(home, { recursive: true });
  }
}

async function run(args: string[], { apiUrl, token }: CliOptions, home: string): Promise<CliResult> {
  const env: Record<string, string> = { PATH: process.env.PATH ?? "", HOME: home, XDG_CONFIG_HOME: home };
  if (token !== undefined) env.FASTLY_API_TOKEN = token;
  if (apiUrl !== fastlyApi) Object.assign(env, stayOnThisMachine(apiUrl));

  const child = spawn(
    process.execPath,
    ["node_modules/@fastly/cli/fastly.js", ...args, "--api", apiUrl, "--non-interactive"],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/**
 * Before most commands it asks the account endpoint how one signs in with a browser; the emulator answers that. After a
 * deployment it notifies a server of Fastly's, and works without it: what is not loopback goes to a proxy that is not there.
 */
function stayOnThisMachine(apiUrl: string): Record<string, string> {
  return { FASTLY_ACCOUNT_ENDPOINT: apiUrl, HTTPS_PROXY: "http://127.0.0.1:1" };
}
