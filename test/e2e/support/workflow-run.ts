import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { AddedUser } from "../../support/emulator.ts";
import { type ActEnded, type ActProcess, startAct } from "./act-process.ts";

export type RunOptions = {
  user: AddedUser;
  /** What the workflow's secret says, where it is not the user's password. */
  password?: string;
  /** No secret is in the repository. */
  withoutSecrets?: boolean;
  /** Further variables of the repository. */
  variables?: Record<string, string>;
  /** What GitHub's runner would set for each step, and act does not. */
  env?: Record<string, string>;
  /** What happened; `push` by default. */
  event?: string;
  /** The folder that holds the repository, where the workflow does not lay it out itself. */
  repository?: string;
  /** Where steps find programs before the machine's own; by default, `node_modules/.bin`. */
  programs?: string;
  /** Further secrets. */
  secrets?: Record<string, string>;
  /** Further arguments of act. */
  args?: readonly string[];
};

export type RunPlace = {
  /** Path of act. */
  act: string;
  apiUrl: string;
  /** Where a directory for the run may be made. */
  directory: string;
  checkout: string;
  runId: number;
  /** Where what act prints is kept. */
  logFile: string;
};

/** A run of a workflow, once act has ended; `tokens` are those that its steps were given. */
export type Run = ActEnded & { tokens: string[] };

export type StartedRun = Omit<ActProcess, "done"> & { done: Promise<Run> };

/** Has act run a workflow, by its name in `workflows/` or by its path. */
export async function startRun(workflow: string, options: RunOptions, place: RunPlace): Promise<StartedRun> {
  const home = await mkdtemp(join(place.directory, "run-"));
  const tokensFile = join(home, "tokens");
  const secretsFile = join(home, "secrets.yml");
  await writeFile(tokensFile, "");
  await writeFile(secretsFile, JSON.stringify(secretsOf(options)));
  const args = [
    ...[options.event ?? "push", "--workflows", resolve("test/e2e/workflows", workflow)],
    // On this machine itself, and with nothing from any other.
    ...["--platform", "ubuntu-latest=-self-hosted", "--pull=false", "--action-offline-mode"],
    ...["--no-cache-server", "--action-cache-path", join(home, "cache")],
    ...["--secret-file", secretsFile],
    ...assignments("--var", { ...variablesOf(options.user, place), ...options.variables }),
    ...assignments("--env", {
      ...contextOf(place),
      CHECKOUT: place.checkout,
      TOKENS_FILE: tokensFile,
      ARTIFACTS: join(home, "artifacts"),
      ...options.env,
    }),
    ...(options.args ?? []),
  ];
  const { repository: cwd = place.checkout, programs = resolve("node_modules/.bin") } = options;
  const { done, ...controls } = startAct(place.act, args, { cwd, env: environment(home, programs) });
  return { ...controls, done: done.then(read) };

  async function read(ended: ActEnded): Promise<Run> {
    await writeFile(place.logFile, ended.log);
    const tokens = await readFile(tokensFile, "utf8");
    return { ...ended, tokens: tokens.split("\n").filter((token) => token !== "") };
  }
}

function secretsOf({ user, password = user.password, withoutSecrets, secrets }: RunOptions) {
  // An empty GITHUB_TOKEN keeps act from asking GitHub's command line for one.
  if (withoutSecrets) return { GITHUB_TOKEN: "", ...secrets };
  return { FASTLY_USERNAME: user.username, FASTLY_PASSWORD: password, GITHUB_TOKEN: "", ...secrets };
}

function variablesOf({ services }: AddedUser, { apiUrl }: RunPlace): Record<string, string> {
  return { FASTLY_API: apiUrl, SERVICE_ID: services[0] ?? "", OTHER_SERVICE_ID: services[1] ?? "" };
}

// What act would ask git otherwise, and a number that all runs would share otherwise.
function contextOf({ runId }: RunPlace): Record<string, string> {
  return {
    GITHUB_REPOSITORY: "octo-org/shop",
    GITHUB_REF: "refs/heads/main",
    SHA_REF: "0".repeat(40),
    GITHUB_RUN_ID: String(runId),
  };
}

function assignments(option: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
}

/** Nothing of this machine's configuration reaches act, which hands its environment on to every step. */
function environment(home: string, programs: string): Record<string, string> {
  const path = [programs, process.env.PATH ?? ""].join(delimiter);
  return { PATH: path, HOME: home, TMPDIR: home, ACT_DISABLE_VERSION_CHECK: "1" };
}
