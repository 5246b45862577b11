import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type AddedUser, type Emulator, startEmulator } from "../support/emulator.ts";

export type Verification = {
  code: number | null;
  /** The report, on the standard output. */
  report: string;
  printed: string;
  /** What the report says of each assumption, by its name. */
  results: Record<string, { result: string; seen: string }>;
};

type Environment = Record<string, string>;

/** Starts `npm run verify` as a process; `ended` is what came of it. */
export function startVerify(args: readonly string[], env: Environment = {}) {
  const child = spawn(process.execPath, ["scripts/verify.ts", ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended: Promise<Verification> = Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]).then(([report, printed, [code]]) => ({ code, report, printed, results: resultsOf(report) }));
  return { child, ended };
}

function resultsOf(report: string): Verification["results"] {
  const rows = [...report.matchAll(/^\| `([\w-]+)` \| .+ \| \w+ \| \S+ ([\w ]+) \| (.+) \|$/gm)];
  return Object.fromEntries(rows.map(([, name, result = "", seen = ""]) => [name, { result, seen }]));
}

/** The names of the assumptions with one result. */
export function named(result: string, { results }: Verification): string[] {
  return Object.keys(results).filter((name) => results[name]?.result === result);
}

/** An emulator, and a user of a customer of their own, as the variables of --real name them. */
export async function world(options: { totp?: boolean } = {}) {
  const emulator = await startEmulator();
  const user = await emulator.addUser({ customer: "new", role: "superuser", totp: options.totp ?? false });
  return { emulator, user, args: ["--real", "--api-url", emulator.url], env: environmentOf(user) };
}

function environmentOf({ username, password, services, totpSecret }: AddedUser): Environment {
  const [service = "", otherService = ""] = services;
  return {
    FASTLY_USERNAME: username,
    FASTLY_PASSWORD: password,
    FASTLY_SERVICE_ID: service,
    FASTLY_OTHER_SERVICE_ID: otherService,
    ...(totpSecret === undefined ? {} : { FASTLY_TOTP_SECRET: totpSecret }),
  };
}

/** What stands in a report that must not: a secret, an ID, or anything like a key. */
export async function leaks(
  { report, printed }: Verification,
  emulator: Emulator,
  env: Environment,
): Promise<string[]> {
  const tokens = await emulator.tokens();
  const ids = tokens.flatMap(({ id, user_id, customer_id }) => [id, user_id, customer_id ?? ""]);
  const all = [...ids, ...Object.values(env)].filter((value) => value !== "");
  const likeKeys = report.match(/(?<![\w-])(?=\S*\d)[\w-]{32}(?![\w-])/g) ?? [];
  return [...all.filter((value) => `${report}${printed}`.includes(value)), ...likeKeys];
}

/** The sends of the user's password so far. */
export async function passwordSends(emulator: Emulator): Promise<number> {
  return (await emulator.requests()).filter(({ carriesPassword }) => carriesPassword).length;
}
