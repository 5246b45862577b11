import { tokensOf } from "./action.ts";
import { type RunningBroker, startBroker } from "./broker.ts";
import { type AddedUser, type Emulator, startEmulator, type UserToAdd } from "./emulator.ts";
import { type Front, startFront } from "./front.ts";
import type { JobToRegister } from "./github-oidc.ts";
import { type GitHubEmulator, type GitHubJob, startGitHubEmulator } from "./github-oidc.ts";
import { requestLine } from "./request-line.ts";
import { type Job, type JobOptions, startJob } from "./runner.ts";

export const webhookSecret = "a-webhook-secret-of-some-length";

export type BrokerJobOptions = JobOptions & {
  /** What GitHub knows of the job. */
  github?: JobToRegister;
};

export type BrokerJob = Job & {
  github: GitHubJob;
  /** What was asked of Fastly, of the broker and of GitHub since the job began. */
  asked(): Promise<{ fastly: string[]; broker: string[]; github: string[] }>;
  /** The names of its run's live tokens. */
  alive(): Promise<string[]>;
  /** The form of each request to the broker since the job began. */
  forms(): URLSearchParams[];
};

export type BrokerWorld = {
  readonly fastly: Emulator;
  readonly github: GitHubEmulator;
  /** What stands between the jobs and the broker. */
  readonly front: Front;
  readonly user: AddedUser;
  readonly broker: RunningBroker;
  /** A second instance with the same configuration; its caller ends it. */
  startInstance(): Promise<RunningBroker>;
  /** Ends the broker as it stands, unless it is gone, and starts another; the jobs' address stays. */
  restart(): Promise<void>;
  /** Kills the broker and starts another at once; the jobs' address stays. */
  kill(): Promise<void>;
  /** Resolves once a job asks GitHub for a JWT, after that many requests. */
  untilJwtAsked(after: number): Promise<void>;
  job(options?: BrokerJobOptions): Promise<BrokerJob>;
  /** Where a secret stands in what the jobs, or the broker, have shown. */
  leaks(): unknown[];
};

export type BrokerWorldOptions = {
  user?: UserToAdd;
  /** Changes of the configuration, made once it is known where everything is. */
  config?: (config: BrokerConfig) => object;
};

export type BrokerConfig = {
  rules: { id: string; users: string[]; match: Record<string, unknown>; grant: Record<string, unknown> }[];
  [key: string]: unknown;
};

/** Starts Fastly, GitHub, a broker, and what stands before it, each a process of its own but the last. */
export async function startBrokerWorld({ user: toAdd = {}, config }: BrokerWorldOptions = {}) {
  const [fastly, github, front] = await Promise.all([startEmulator(), startGitHubEmulator(), startFront()]);
  const user = await fastly.addUser({ customer: "new", ...toAdd });
  const issuer = await github.issuerReport();
  const base = configOf(fastly, issuer, front, user);
  const chosen = config ? config(base) : base;
  const env = {
    CI_USERNAME: user.username,
    CI_PASSWORD: user.password,
    CI_TOTP: user.totpSecret ?? "",
    WEBHOOK_SECRET: webhookSecret,
  };
  const startInstance = () => startBroker(chosen, { env });
  let broker = await startInstance();
  front.target = broker.url;
  const jobs: BrokerJob[] = [];
  const instances = [broker];

  async function job({ github: toRegister = {}, ...options }: BrokerJobOptions = {}): Promise<BrokerJob> {
    const known = await github.registerJob(toRegister);
    const before = await counts();
    const started = await startJob({
      debug: true,
      ...options,
      env: { ...known.env, ...options.env },
      inputs: { broker: front.url, rule: "web-purge", "api-url": fastly.url, ...options.inputs },
    });
    const own: BrokerJob = Object.assign(started, {
      github: known,
      alive: async () =>
        (await fastly.liveTokens(user.userId))
          .map(({ name }) => name)
          .filter((name) => name.includes(`/runs/${known.claims.run_id}/`)),
      forms: () => front.forms().slice(before.broker),
      asked: async () => ({
        fastly: (await fastly.requests(before.fastly)).map(requestLine),
        broker: front.requests().slice(before.broker),
        github: (await github.requests())
          .slice(before.github)
          .filter(({ path }) => path.includes("/idtoken/"))
          .map(({ method }) => method),
      }),
    });
    jobs.push(own);
    return own;
  }

  async function counts() {
    return {
      fastly: await fastly.lastRequest(),
      broker: front.requests().length,
      github: (await github.requests()).length,
    };
  }

  return {
    fastly,
    github,
    front,
    user,
    get broker() {
      return broker;
    },
    startInstance: async () => {
      const instance = await startInstance();
      instances.push(instance);
      return instance;
    },
    untilJwtAsked: async (after: number) => {
      const isAsked = async () =>
        (await github.requests()).slice(after).some(({ path }) => path.includes("/idtoken/"));
      while (!(await isAsked())) await new Promise((next) => setImmediate(next));
    },
    kill: async () => {
      await broker.kill("SIGKILL");
      broker = await startInstance();
      instances.push(broker);
      front.target = broker.url;
    },
    restart: async () => {
      await broker.stop();
      broker = await startInstance();
      instances.push(broker);
      front.target = broker.url;
    },
    job,
    leaks: () => {
      const secrets = jobs.flatMap((one) => [one.github.requestToken, ...tokensOf(one)]);
      const forms = front.forms().map((form) => form.get("subject_token") ?? "");
      const all = [...secrets, ...forms.filter((jwt) => jwt !== ""), user.password, webhookSecret];
      const written = instances.map((instance) => instance.output()).join("");
      return [
        ...jobs.flatMap((one) => one.leaks(all)),
        ...all.filter((secret) => written.includes(secret)).map(() => "in what a broker wrote"),
      ];
    },
    /** Ends the jobs so far, and forgets them. */
    endJobs: async () => {
      for (const one of jobs.splice(0)) await one.end();
    },
    stop: async () => {
      for (const one of jobs.splice(0)) await one.end();
      await broker.stop();
      await Promise.all([front.stop(), fastly.stop(), github.stop()]);
    },
  };
}

/** One world for a test file. Whatever a test was for, nothing secret may stand in what was shown. */
export function useBrokerWorld(options: BrokerWorldOptions = {}): BrokerWorld {
  let world: Awaited<ReturnType<typeof startBrokerWorld>> | undefined;
  const running = () => {
    if (!world) throw new Error("The world exists only while tests run.");
    return world;
  };
  beforeAll(async () => {
    world = await startBrokerWorld(options);
  });
  afterEach(async () => {
    const { fastly, github, front, leaks, endJobs } = running();
    await Promise.all([fastly.clearFaults(), github.clearFaults()]);
    front.clearFaults();
    const shown = leaks();
    await endJobs();
    expect(shown).toEqual([]);
  });
  afterAll(() => world?.stop());
  return {
    get fastly() {
      return running().fastly;
    },
    get github() {
      return running().github;
    },
    get front() {
      return running().front;
    },
    get user() {
      return running().user;
    },
    get broker() {
      return running().broker;
    },
    startInstance: () => running().startInstance(),
    restart: () => running().restart(),
    kill: () => running().kill(),
    untilJwtAsked: (after) => running().untilJwtAsked(after),
    job: (options) => running().job(options),
    leaks: () => running().leaks(),
  };
}

function configOf(
  { url }: Emulator,
  { issuer, jwksUri }: { issuer: string; jwksUri: string },
  front: Front,
  user: AddedUser,
): BrokerConfig {
  return {
    version: 1,
    audience: front.url,
    issuers: [{ issuer, jwks_uri: jwksUri, server: "https://github.com" }],
    fastly: {
      api_url: url,
      users: [
        {
          id: "ci",
          username: { env: "CI_USERNAME" },
          password: { env: "CI_PASSWORD" },
          ...(user.totpSecret === undefined ? {} : { totp_secret: { env: "CI_TOTP" } }),
        },
      ],
    },
    webhook: { secret: { env: "WEBHOOK_SECRET" } },
    store: "memory",
    rules: [
      {
        id: "web-purge",
        users: ["ci"],
        match: {
          repository_owner_id: "9919",
          repository_id: "1296269",
          ref: "refs/heads/main",
          event_name: ["push", "workflow_dispatch"],
        },
        grant: {
          scope: ["purge_select", "purge_all"],
          services: user.services.slice(0, 2),
          max_ttl: "10m",
        },
      },
    ],
  };
}
