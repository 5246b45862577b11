import { type Answer, type BrokerHost, type RunningBroker, startBroker } from "../../support/broker.ts";
import { type AddedUser, type Emulator, startEmulator } from "../../support/emulator.ts";
import { type GitHubEmulator, type GitHubJob, startGitHubEmulator } from "../../support/github-oidc.ts";

export const audience = "https://fastly-tokens.example.com";
export const webhookSecret = "a-webhook-secret-of-some-length";
const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
export const tokenType = "urn:ietf:params:oauth:token-type:id_token";

type User = { id: string; user: AddedUser; maxLive?: number };

export type World = {
  fastly: Emulator;
  github: GitHubEmulator;
};

export function useWorld(): World {
  let fastly: Emulator | undefined;
  let github: GitHubEmulator | undefined;
  beforeAll(async () => {
    [fastly, github] = await Promise.all([startEmulator(), startGitHubEmulator()]);
  });
  afterEach(async () => {
    await fastly?.clearFaults();
    await github?.clearFaults();
  });
  afterAll(async () => {
    await Promise.all([fastly?.stop(), github?.stop()]);
  });
  return {
    get fastly() {
      if (!fastly) throw new Error("The emulator runs only while tests do.");
      return fastly;
    },
    get github() {
      if (!github) throw new Error("The emulator runs only while tests do.");
      return github;
    },
  };
}

export type ConfigOptions = {
  users: User[];
  rules?: object[];
  more?: object;
};

/** A configuration for these users; secrets come from the environment. */
export async function configOf({ fastly, github }: World, { users, rules, more = {} }: ConfigOptions) {
  const { issuer, jwksUri } = await github.issuerReport();
  const config = {
    version: 1,
    audience,
    issuers: [{ issuer, jwks_uri: jwksUri, server: "https://github.com" }],
    fastly: { api_url: fastly.url, users: users.map(userEntry) },
    webhook: { secret: { env: "WEBHOOK_SECRET" } },
    store: "memory",
    rules: rules ?? [
      purgeRule(
        users.map(({ id }) => id),
        users[0]?.user.services ?? [],
      ),
    ],
    ...more,
  };
  return { config, env: environmentOf(users) };
}

function userEntry({ id, user, maxLive }: User) {
  const name = nameOf(id);
  return {
    id,
    username: { env: `${name}_USERNAME` },
    password: { env: `${name}_PASSWORD` },
    ...(user.totpSecret === undefined ? {} : { totp_secret: { env: `${name}_TOTP` } }),
    ...(maxLive === undefined ? {} : { max_live_tokens: maxLive }),
  };
}

function environmentOf(users: User[]): Record<string, string> {
  const entries = users.flatMap(({ id, user }) => [
    [`${nameOf(id)}_USERNAME`, user.username],
    [`${nameOf(id)}_PASSWORD`, user.password],
    ...(user.totpSecret === undefined ? [] : [[`${nameOf(id)}_TOTP`, user.totpSecret]]),
  ]);
  return { ...Object.fromEntries(entries), WEBHOOK_SECRET: webhookSecret };
}

function nameOf(id: string): string {
  return id.toUpperCase().replaceAll("-", "_");
}

export function purgeRule(
  users: string[],
  services: readonly string[],
  more: { match?: object; grant?: object } = {},
) {
  return {
    id: "web-purge",
    users,
    match: {
      repository_owner_id: "9919",
      repository_id: "1296269",
      ref: "refs/heads/main",
      event_name: ["push", "workflow_dispatch"],
      ...more.match,
    },
    grant: { scope: ["purge_select"], services: services.slice(0, 1), max_ttl: "10m", ...more.grant },
  };
}

const stopTime = "performance.now = () => 0";

/** The environment of a broker for which no time passes: what an address is allowed does not come back meanwhile. */
export const stoppedTime = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stopTime)}`,
};

/** The parameters of an exchange, with a fresh JWT. */
export async function exchangeOf(
  job: GitHubJob,
  more: Record<string, string> = {},
): Promise<Record<string, string>> {
  return {
    grant_type: grantType,
    subject_token: await job.token(audience),
    subject_token_type: tokenType,
    rule: "web-purge",
    ...more,
  };
}

export async function exchange(
  broker: Pick<BrokerHost, "post">,
  job: GitHubJob,
  more: Record<string, string> = {},
): Promise<Answer> {
  return broker.post("/v1/token", await exchangeOf(job, more));
}

/** Has a broker list its users' tokens, with a session key. */
export async function endNothing(broker: Pick<BrokerHost, "post">, subject_token: string): Promise<void> {
  const subject_token_type = "urn:ietf:params:oauth:token-type:jwt";
  const nonces = "0123456789abcdef0123";
  const answer = await broker.post("/v1/end", { subject_token, subject_token_type, nonces });
  expect(answer.status).toBe(200);
}

/** Starts a broker for these users, with the rule `web-purge`. */
export async function brokerFor(world: World, options: ConfigOptions): Promise<RunningBroker> {
  const { config, env } = await configOf(world, options);
  return startBroker(config, { env });
}

export async function withBroker<T>(
  world: World,
  options: ConfigOptions,
  work: (broker: RunningBroker) => Promise<T>,
): Promise<T> {
  const broker = await brokerFor(world, options);
  try {
    return await work(broker);
  } finally {
    await broker.stop();
  }
}

/** What every refusal has in common, whatever its code. */
export function expectRefusal(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.error_code }).toEqual({ status, code });
  expect(answer.body).toEqual({
    error: expect.stringMatching(/^[a-z_]+$/),
    error_code: code,
    error_description: expect.any(String),
    request_id: expect.any(String),
    ...(code === "claim_mismatch" ? { failed_claims: expect.any(Array) } : {}),
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const mayTryAgain = status === 429 || status === 503;
  expect(/^[1-9]\d*$/.test(answer.headers.get("retry-after") ?? "")).toBe(mayTryAgain);
  // Nothing of what the policy holds.
  expect(answer.text).not.toContain("refs/heads/main");
}

/** How many tokens Fastly was asked to create. */
export async function creates({ fastly }: World): Promise<number> {
  const requests = await fastly.requests();
  return requests.filter(({ method, path }) => method === "POST" && path === "/tokens").length;
}
