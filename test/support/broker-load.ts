import { setTimeout as wait } from "node:timers/promises";
import { Agent, fetch as fetchOver } from "undici";
import { configOf, exchangeOf, purgeRule } from "../broker/service/world.ts";
import { type Answer, type RunningBroker, startBroker } from "./broker.ts";
import { type AddedUser, type Emulator, startEmulator } from "./emulator.ts";
import { type GitHubEmulator, type GitHubJob, startGitHubEmulator } from "./github-oidc.ts";
import { type RunningRedis, startRedis } from "./redis.ts";

export type LoadOptions = {
  jobs: number;
  users: number;
  instances: number;
  /** How long a job holds its token, in milliseconds. */
  workMs: number;
  /** Called as jobs are served, with how many were. */
  onServed?: (served: number, world: LoadWorld) => Promise<void> | undefined;
};

export type LoadWorld = { redis: RunningRedis; brokers: RunningBroker[]; restart(n: number): Promise<void> };

export type LoadResult = {
  served: number;
  /** Answers that were no token, by their code. */
  refused: Record<string, number>;
  tookMs: number;
  /** Of Fastly, in all. */
  requests: number;
  creates: number;
  /** The most live tokens of each user at once, the brokers' own among them. */
  peaks: number[];
  /** Names of tokens of jobs that are still alive. */
  left: string[];
  /** Runs that got more than one token. Each run is one job here, and each of its JWTs is sent to two instances. */
  twice: number;
};

/** So many jobs at once, each with its token from one of several instances on one Redis. */
export async function playLoad(options: LoadOptions): Promise<LoadResult> {
  const [fastly, github, redis] = await Promise.all([startEmulator(), startGitHubEmulator(), startRedis()]);
  await fastly.settings({ hourlyWriteLimit: 1_000_000 });
  const users = await Promise.all(
    Array.from({ length: options.users }, () => fastly.addUser({ customer: "new" })),
  );
  const ids = users.map((_, n) => `ci-${n + 1}`);
  const { config, env } = await configOf(
    { fastly, github },
    {
      users: users.map((user, n) => ({ id: ids[n] ?? "", user })),
      rules: [purgeRule(ids, [], { grant: { services: "*" } })],
      more: { store: { env: "STORE_URL" } },
    },
  );
  const start = () => startBroker(config, { env: { ...env, STORE_URL: redis.url } });
  const brokers = await Promise.all(Array.from({ length: options.instances }, start));
  const world: LoadWorld = {
    redis,
    brokers,
    restart: async (n) => {
      await brokers[n]?.kill("SIGKILL");
      brokers[n] = await start();
    },
  };
  try {
    return await playJobs(options, world, { fastly, github, users });
  } finally {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await Promise.all([fastly.stop(), github.stop(), redis.stop()]);
  }
}

type Outside = { fastly: Emulator; github: GitHubEmulator; users: readonly AddedUser[] };

async function playJobs(
  { jobs: count, workMs, onServed }: LoadOptions,
  world: LoadWorld,
  { fastly, github, users }: Outside,
): Promise<LoadResult> {
  const jobs: GitHubJob[] = [];
  for (let n = 0; n < count; n++) jobs.push(await github.registerJob());
  const before = (await fastly.requests()).length;
  const refused: Record<string, number> = {};
  const dispatcher = new Agent({ connections: 64 });
  let served = 0;
  const startedAt = performance.now();
  await Promise.all(
    jobs.map(async (job, n) => {
      const token = await tokenFor(job, n, world, refused);
      served += 1;
      await onServed?.(served, world);
      await wait(workMs);
      const headers = { "fastly-key": token };
      const ended = await fetchOver(`${fastly.url}/tokens/self`, { method: "DELETE", headers, dispatcher });
      if (ended.status !== 204) throw new Error(`The end of a token was answered with HTTP ${ended.status}.`);
    }),
  );
  const tookMs = performance.now() - startedAt;
  await dispatcher.close();
  const requests = (await fastly.requests()).slice(before);
  const creates = requests.filter(({ method, path }) => method === "POST" && path === "/tokens");
  const tokens = (await fastly.tokens()).filter(({ name }) => name.includes(" use=job "));
  const peaks = await fastly.peakLive();
  return {
    served,
    refused,
    tookMs,
    requests: requests.length,
    creates: creates.length,
    peaks: users.map(({ userId }) => peaks[userId] ?? 0),
    left: tokens.filter(({ state }) => state === "live").map(({ name }) => name),
    twice: tokens.length - new Set(tokens.map(({ name }) => /\/runs\/(\d+)\//.exec(name)?.[1])).size,
  };
}

/** Asks again for as long as the broker says that it may be asked again, each time with a fresh JWT. */
async function tokenFor(
  job: GitHubJob,
  n: number,
  { brokers }: LoadWorld,
  refused: Record<string, number>,
): Promise<string> {
  for (let tries = 0; ; tries++) {
    const broker = brokers[(n + tries) % brokers.length];
    const answer = await ask(job, broker, brokers[(n + tries + 1) % brokers.length]);
    if (answer?.status === 200) return answer.body.access_token;
    const code = answer?.body?.error_code ?? "no answer";
    refused[code] = (refused[code] ?? 0) + 1;
    if (answer && answer.status !== 429 && answer.status !== 503)
      throw new Error(`HTTP ${answer.status}: ${answer.text}`);
    await wait(Math.min(2_000, 1000 * Number(answer?.headers.get("retry-after") ?? 1)));
  }
}

/** Sends one JWT to two instances at once: at most one of them may make a token. */
async function ask(job: GitHubJob, ...brokers: (RunningBroker | undefined)[]): Promise<Answer | undefined> {
  const form = await exchangeOf(job);
  const answers = await Promise.all(
    brokers.map((broker) => broker?.post("/v1/token", form).catch(() => undefined)),
  );
  const made = answers.find((answer) => answer?.status === 200);
  return made ?? answers.find((answer) => answer?.body?.error_code !== "token_reused");
}
