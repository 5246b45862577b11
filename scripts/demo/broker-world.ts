import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type RunningBroker, startBroker } from "../../test/support/broker.ts";
import {
  type AddedUser,
  type Emulator,
  startEmulator,
  type TokenReport,
} from "../../test/support/emulator.ts";
import { type GitHubEmulator, type GitHubJob, startGitHubEmulator } from "../../test/support/github-oidc.ts";
import { type Job, startJob } from "../../test/support/runner.ts";

const audience = "https://fastly-tokens.example.com";
const rule = "web-purge";
export const webhookSecret = "the-secret-of-the-webhook-in-this-demo";

/** A job as the runner plays it, and as GitHub knows it. */
export type BrokerJob = Job & { readonly github: GitHubJob; readonly inputs: Record<string, string> };

export type BrokerWorld = {
  readonly fastly: Emulator;
  readonly github: GitHubEmulator;
  /** The Fastly user whose credentials the broker alone knows. */
  readonly user: AddedUser;
  readonly service: string;
  readonly policy: string;
  /** Runs the broker's `check` on the policy. */
  check(): Promise<string>;
  startBroker(): Promise<RunningBroker>;
  startJob(broker: RunningBroker, ref: string): Promise<BrokerJob>;
  /** The live tokens of the broker's user, or of one job. */
  liveTokens(job?: BrokerJob): Promise<TokenReport[]>;
  /** Ends every process and removes every file. */
  close(): Promise<void>;
};

/** Starts the emulators of Fastly and of GitHub, and writes a policy for a broker between them. */
export async function openBrokerWorld(action: string): Promise<BrokerWorld> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async () => {
    // What was opened last may still use what was opened first.
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    return { ...(await open(action, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(action: string, opened: (() => Promise<unknown>)[]): Promise<Omit<BrokerWorld, "close">> {
  const fastly = await startEmulator();
  opened.push(fastly.stop);
  const github = await startGitHubEmulator();
  opened.push(github.stop);
  const directory = await mkdtemp(join(tmpdir(), "demo-"));
  opened.push(() => rm(directory, { recursive: true }));

  const user = await fastly.addUser({ customer: "new" });
  const [service = ""] = user.services;
  const policy = policyFor(fastly, await github.issuerReport(), service);
  const policyFile = join(directory, "broker.yaml");
  await writeFile(policyFile, policy);
  const env = { CI_USERNAME: user.username, CI_PASSWORD: user.password, WEBHOOK_SECRET: webhookSecret };

  return {
    fastly,
    github,
    user,
    service,
    policy,
    check: () => checkPolicy(policyFile, env),
    startBroker: async () => {
      const broker = await startBroker(policy, { env });
      opened.push(broker.stop);
      return broker;
    },
    startJob: async (broker, ref) => {
      const known = await github.registerJob({ ref });
      const inputs = { broker: broker.url, audience, rule, "api-url": fastly.url };
      const job = await startJob({ action, inputs, env: known.env });
      opened.push(job.end);
      return Object.assign(job, { github: known, inputs });
    },
    liveTokens: async (job) =>
      (await fastly.liveTokens(user.userId)).filter(
        ({ name }) => job === undefined || name.includes(`/runs/${job.github.claims.run_id}/`),
      ),
  };
}

function policyFor(
  { url }: Emulator,
  { issuer, jwksUri }: { issuer: string; jwksUri: string },
  service: string,
): string {
  return `version: 1
audience: ${audience}
issuers:
  - issuer: ${issuer}
    jwks_uri: ${jwksUri}
    server: https://github.com
fastly:
  api_url: ${url}
  users:
    - { id: ci, username: { env: CI_USERNAME }, password: { env: CI_PASSWORD } }
webhook: { secret: { env: WEBHOOK_SECRET } }
store: memory
rules:
  - id: ${rule}
    users: [ci]
    match:
      repository_owner_id: "9919"
      repository_id: "1296269"
      ref: refs/heads/main
      event_name: push
    grant: { scope: [purge_select], services: [${service}], max_ttl: 10m }
`;
}

async function checkPolicy(file: string, env: Record<string, string>): Promise<string> {
  const args = ["src/broker/main.ts", "check", "--config", file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout.trim();
}
