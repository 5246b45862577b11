import { connectApi, deadlineIn, systemClock } from "../../src/fastly/index.ts";
import { openTransport } from "../../src/http/node.ts";
import type { Transport } from "../../src/http/transport.ts";
import { poolTransports } from "../../src/http/transport-pool.ts";
import { inParallel } from "../../src/token/in-parallel.ts";
import { configOf, purgeRule } from "../broker/service/world.ts";
import { type RunningBroker, startBroker } from "./broker.ts";
import type { Hold } from "./broker-load/hold.ts";
import { type JobPorts, type PlayedJob, playJob } from "./broker-load/job.ts";
import { processorMs } from "./broker-load/processor-time.ts";
import { watchProgress } from "./broker-load/progress.ts";
import { type AddedUser, type Emulator, startEmulator } from "./emulator.ts";
import { type GitHubEmulator, type GitHubJob, startGitHubEmulator } from "./github-oidc.ts";
import { type RunningRedis, startRedis } from "./redis.ts";

export type LoadOptions = {
  jobs: number;
  users: number;
  instances: number;
  hold: Hold;
  /** How many jobs there are at once; by default, all. */
  atOnce?: number;
  /** Of so many jobs, one sends each JWT to two instances at once; by default, none does. */
  twinEvery?: number;
  /** Called as jobs are served, with how many were. */
  onServed?: (served: number, world: LoadWorld) => Promise<void> | undefined;
};

export type LoadWorld = {
  redis: RunningRedis;
  /** Kills an instance, and starts another in its place. */
  restart(n: number): Promise<void>;
};

export type LoadResult = {
  served: number;
  /** Why jobs got no token. */
  failures: string[];
  /** Why jobs had to ask again, and how often. */
  askedAgain: Record<string, number>;
  tookMs: number;
  /** Of Fastly, in all. */
  requests: number;
  creates: number;
  /** The most live tokens of each user at once, the brokers' own among them. */
  peaks: number[];
  /** Names of tokens of jobs that are still alive. */
  left: string[];
  /** JWTs for which two tokens were handed out or made. */
  twice: number;
  /** What became of tokens whose answers were lost. */
  recovered: Record<string, number>;
  /** Processor time, in milliseconds: of the instances that are left, of the emulators, and of the jobs. */
  processor: { brokers: number; fastly: number; github: number; jobs: number };
};

/** So many jobs, each with its token from one of several instances on one Redis. */
export async function playLoad(options: LoadOptions): Promise<LoadResult> {
  const [fastly, github, redis] = await Promise.all([
    startEmulator(),
    startGitHubEmulator(),
    startRedis({ keeps: true }),
  ]);
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
  const restart = async (n: number) => {
    await brokers[n]?.kill("SIGKILL");
    brokers[n] = await start();
  };
  try {
    return await playJobs(options, { redis, restart }, { fastly, github, users, brokers });
  } finally {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await Promise.all([fastly.stop(), github.stop(), redis.stop()]);
  }
}

type Outside = {
  fastly: Emulator;
  github: GitHubEmulator;
  users: readonly AddedUser[];
  brokers: readonly RunningBroker[];
};

async function playJobs(options: LoadOptions, world: LoadWorld, outside: Outside): Promise<LoadResult> {
  const { jobs: count, hold, atOnce = count, twinEvery = 0, onServed } = options;
  const { fastly, github, users } = outside;
  const jobs: GitHubJob[] = [];
  await inParallel(Array(count).fill(0), 8, async () => {
    jobs.push(await github.registerJob());
  });
  const before = (await fastly.requests()).length;
  const used = usedBy(outside);
  const askedAgain: Record<string, number> = {};
  const played: PlayedJob[] = [];
  let [served, failed, twice] = [0, 0, 0];
  // One that failed is never served: the others would hold their tokens until it is.
  const releaseAtTheEnd = () => {
    if (served + failed === count) hold.release();
  };
  const { ports, close } = portsTo(outside);
  const watch = watchProgress();
  const startedAt = performance.now();
  const playAll = inParallel([...jobs.entries()], atOnce, async ([number, job]) => {
    watch.asks(number);
    const result = await playJob(
      job,
      {
        number,
        isTwin: twinEvery > 0 && number % twinEvery === 0,
        hold: hold.hold,
        onServed: async () => {
          served += 1;
          watch.isSettled(number);
          releaseAtTheEnd();
          await onServed?.(served, world);
        },
        onRefused: (why) => {
          askedAgain[why] = (askedAgain[why] ?? 0) + 1;
          watch.asks(number, why);
          hold.onRefused();
        },
        onTwiceAccepted: () => {
          twice += 1;
        },
      },
      ports,
    );
    played.push(result);
    if (result.failure === undefined) return;
    failed += 1;
    watch.isSettled(number);
    releaseAtTheEnd();
  });
  await Promise.race([playAll, watch.stalled]).finally(watch.end);
  const tookMs = performance.now() - startedAt;
  await close();
  const processor = usedBy(outside);
  for (const who of ["brokers", "fastly", "github", "jobs"] as const) processor[who] -= used[who];
  const requests = (await fastly.requests()).slice(before);
  const creates = requests.filter(({ method, path }) => method === "POST" && path === "/tokens");
  const tokens = (await fastly.tokens()).filter(({ name }) => name.includes(" use=job "));
  const peaks = await fastly.peakLive();
  const families = tokens.map(({ name }) => / ([0-9a-f]{20}\.\d+) /.exec(name)?.[1]);
  return {
    served,
    failures: played.flatMap(({ failure }) => failure ?? []),
    askedAgain,
    tookMs,
    requests: requests.length,
    creates: creates.length,
    peaks: users.map(({ userId }) => peaks[userId] ?? 0),
    left: tokens.filter(({ state }) => state === "live").map(({ name }) => name),
    twice: twice + families.length - new Set(families).size,
    recovered: countLost(played),
    processor,
  };
}

/** The tokens of answers that were lost: those that were handed over end with themselves. */
function countLost(played: readonly PlayedJob[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { recovered, journal } of played) {
    const lost = new Set(
      journal.attempts.filter(({ status }) => status.kind === "unknown").map(({ name }) => name),
    );
    for (const { name, status } of recovered)
      if (lost.has(name)) counts[status.kind] = (counts[status.kind] ?? 0) + 1;
  }
  return counts;
}

function usedBy({ fastly, github, brokers }: Outside): LoadResult["processor"] {
  return {
    brokers: brokers.reduce((sum, { pid }) => sum + processorMs(pid), 0),
    fastly: processorMs(fastly.pid),
    github: processorMs(github.pid),
    jobs: processorMs(process.pid),
  };
}

const mostConnections = 64;

/** Connections are shared by all jobs: thousands of them that are opened at once would be the machine's limit. */
function portsTo({ fastly, github, brokers }: Outside): { ports: JobPorts; close: () => Promise<void> } {
  const api = connectApi({
    apiUrl: fastly.url,
    openTransport: poolTransports(openTransport, mostConnections),
    userAgent: "broker-load",
    deadline: deadlineIn(Number.POSITIVE_INFINITY, systemClock),
  });
  const open = new Map<string, Transport>();
  const shared = (origin: string, most: number): Transport => {
    const known = open.get(origin) ?? poolTransports(openTransport, most)(origin);
    open.set(origin, known);
    return { ...known, close: async () => {} };
  };
  return {
    ports: {
      api,
      instances: brokers.length,
      // A request waits for up to half a minute, so each has a connection of its own.
      toInstance: (n) => shared(brokers[n]?.url ?? github.url, Number.POSITIVE_INFINITY),
      openTransport: (origin) => shared(origin, mostConnections),
    },
    close: async () => {
      await Promise.all([api.close(), ...[...open.values()].map((transport) => transport.close())]);
    },
  };
}
