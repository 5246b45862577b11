import type { AddedUser } from "../support/emulator.ts";
import { type Job, startJob } from "../support/runner.ts";
import { effects } from "./circumstances.ts";
import type { Row } from "./row.ts";
import type { Worker } from "./worker.ts";

/** A job about to start: a user of its own, whose other tokens must stay as they are. */
export type Setup = {
  job: Job;
  user: AddedUser;
  /** IDs of the tokens that are none of the job's business. */
  others: string[];
  /** The last request of the row before. */
  since: number;
  secrets: string[];
};

export const lifetimeMs = 300_000;
export const helperLifetimeMs = 120_000;

export async function prepare(row: Row, { emulator, relay }: Worker): Promise<Setup> {
  for (const circumstance of row.circumstances) await emulator.settings(effects[circumstance].settings ?? {});
  const user = await emulator.addUser({
    customer: "new",
    totp: row.circumstances.includes("two-factor authentication"),
  });
  const [apiKey, plain] = await emulator.addTokens([
    { user: user.userId, name: "A key that mints" },
    { user: user.userId },
  ]);
  if (!apiKey || !plain) throw new Error("the emulator added no tokens");
  const password = row.circumstances.includes("wrong password") ? "not-the-password" : user.password;
  const job = await startJob({
    // State and outputs are then printed as well, and must be masked before.
    debug: true,
    inputs: {
      username: user.username,
      password,
      "totp-secret": user.totpSecret ?? "",
      scope: "purge_select",
      services: user.services[0] ?? "",
      "expires-in": `${lifetimeMs / 1000}s`,
      "api-url": needsRelay(row) ? relay.url : emulator.url,
      ...Object.assign({}, ...row.circumstances.map((circumstance) => effects[circumstance].inputs)),
    },
  });
  const since = await emulator.lastRequest();
  const secrets = [user.password, password, user.totpSecret ?? password];
  return { job, user, others: [apiKey.id, plain.id], since, secrets };
}

function needsRelay({ incident }: Row): boolean {
  return incident.kind === "fault" && incident.trouble.fault === "refused";
}

/** Once main has chosen its names: tokens of the same user whose names only resemble them. */
export async function addLookalikes(setup: Setup, { emulator }: Worker): Promise<void> {
  const names = namesAskedFor(setup.job);
  const resembling = names.flatMap(lookalikes).filter((name) => !names.includes(name));
  const added = await emulator.addTokens(resembling.map((name) => ({ name, user: setup.user.userId })));
  setup.others.push(...added.map(({ id }) => id));
}

function lookalikes(name: string): string[] {
  return [
    name.toUpperCase(),
    name.replace(/ [0-9a-f]{6}/, " 000000"),
    name.replace(/\.\d+ /, (serial) => `${serial.trim()}9 `),
    name.replace("fastly-ephemeral-token/1", "fastly-ephemeral-token/2"),
    ` ${name}`,
  ];
}

/** Read from what main leaves for post: the names are random. */
function namesAskedFor(job: Job): string[] {
  const state = Object.values(job.state).join("\n");
  const names = state.matchAll(/"name":"(fastly-ephemeral-token\/1 [^"]+)"/g);
  return [...new Set([...names].map(([, name = ""]) => name))];
}
