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
  /** Where it keeps its configuration; a fresh directory unless told. */
  home?: string;
};

const fastlyApi = "https://api.fastly.com";

/** Runs the real Fastly command line, with nothing of this machine's environment or configuration. */
export async function fastlyCli(args: string[], options: CliOptions): Promise<CliResult> {
  if (options.home !== undefined) return run(args, options, options.home);
  const home = await mkdtemp(join(tmpdir(), "fastly-cli-"));
  try {
    return await run(args, options, home);
  } finally {
    await rm(home, { recursive: true });
  }
}

async function run(args: string[], { apiUrl, token }: CliOptions, home: string): Promise<CliResult> {
  const env: Record<string, string> = { PATH: process.env.PATH ?? "", HOME: home, XDG_CONFIG_HOME: home };
  if (token !== undefined) env.FASTLY_API_TOKEN = token;
  // Before most commands it asks the account endpoint how one signs in with a browser; the emulator answers that.
  if (apiUrl !== fastlyApi) env.FASTLY_ACCOUNT_ENDPOINT = apiUrl;

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
