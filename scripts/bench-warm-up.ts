import { randomBytes } from "node:crypto";
import type { BrokerWorld } from "../test/support/broker-jobs.ts";
import type { Emulator } from "../test/support/emulator.ts";
import type { GitHubJob } from "../test/support/github-oidc.ts";

const plays = 100;

/**
 * Makes servers do what the bench asks of them, until V8 has optimized them. Otherwise the first steps would wait for
 * servers that have just started, three times as long as for those that have served a hundred jobs.
 */
export async function warmUp(emulator: Emulator, { fastly, github, broker, front }: BrokerWorld) {
  const job = await github.registerJob();
  for (let play = 0; play < plays; play++) {
    await revoke(emulator, await create(emulator));
    await revoke(fastly, await exchange(job, broker.url, front.url));
  }
}

async function create({ url, username, password, services }: Emulator): Promise<string> {
  const form = new URLSearchParams({ username, password, name: "warm-up", scope: "purge_all" });
  for (const service of services) form.append("services[]", service);
  return accessTokenOf(await fetch(`${url}/tokens`, { method: "POST", body: form }));
}

async function exchange(job: GitHubJob, brokerUrl: string, audience: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: await job.token(audience),
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    rule: "web-purge",
    nonce: randomBytes(10).toString("hex"),
  });
  return accessTokenOf(await fetch(`${brokerUrl}/v1/token`, { method: "POST", body: form }));
}

async function accessTokenOf(response: Response): Promise<string> {
  const { access_token } = (await response.json()) as { access_token?: string };
  if (access_token === undefined) throw new Error(`no token to warm up with: HTTP ${response.status}`);
  return access_token;
}

async function revoke({ url }: Emulator, token: string): Promise<void> {
  const response = await fetch(`${url}/tokens/self`, { method: "DELETE", headers: { "fastly-key": token } });
  await response.text();
}
