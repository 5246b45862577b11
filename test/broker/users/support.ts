import type { Answer, RunningBroker } from "../../support/broker.ts";
import type { AddedUser, Emulator, JournalEntry } from "../../support/emulator.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import { exchange, purgeRule } from "../service/world.ts";

/** So many rules with the same match, which share their users. */
export function rulesNamed(ids: readonly string[], users: string[], user: AddedUser): object[] {
  return ids.map((id) => ({ ...purgeRule(users, user.services), id }));
}

export function exchangeAll(
  broker: RunningBroker,
  job: GitHubJob,
  count: number,
  more: Record<string, string> = {},
): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, () => exchange(broker, job, more)));
}

export function codesOf(answers: readonly Answer[]): string[] {
  return answers.map(({ status, body }) => body.error_code ?? String(status));
}

/** Ends a job's token as its post step does. */
export async function endToken(fastly: Emulator, { body }: Answer): Promise<number> {
  const headers = { "fastly-key": body.access_token };
  return (await fetch(`${fastly.url}/tokens/self`, { method: "DELETE", headers })).status;
}

/** Creates that Fastly was asked for since. */
export async function createsSince(fastly: Emulator, since: number): Promise<JournalEntry[]> {
  return (await fastly.requests()).filter(
    ({ n, path, method }) => n > since && path === "/tokens" && method === "POST",
  );
}

export async function lastRequest(fastly: Emulator): Promise<number> {
  return await fastly.lastRequest();
}

export async function metricOf(broker: RunningBroker, line: string): Promise<number> {
  const { text } = await broker.request("/metrics");
  const found = text.split("\n").find((one) => one.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}
