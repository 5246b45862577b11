import { createHmac } from "node:crypto";
import type { Answer, BrokerHost } from "../../support/broker.ts";
import type { WebhookToSign } from "../../support/github-oidc.ts";
import { audience, exchange, tokenType, webhookSecret } from "../service/world.ts";
import type { Row, Setup } from "./row.ts";

async function end(host: BrokerHost, { job }: Setup, more: Record<string, string>): Promise<Answer> {
  const subject_token = await job.token(audience);
  return host.post("/v1/end", { subject_token, subject_token_type: tokenType, ...more });
}

const nonce = "00000000000000000001";

const ends: readonly Row[] = [
  {
    name: "the end of a token that was made",
    send: async (host, setup) => {
      const drawn = "0000000000000000000a";
      await exchange(host, setup.job, { nonce: drawn });
      return end(host, setup, { nonces: drawn, rule: "web-purge" });
    },
    status: 200,
  },
  {
    name: "the end of a token that was not",
    send: (host, setup) => end(host, setup, { nonces: "0000000000000000000b" }),
    status: 200,
  },
  {
    name: "two ends with one JWT",
    send: async (host, { job }) => {
      const fields = {
        subject_token: await job.token(audience),
        subject_token_type: tokenType,
        nonces: "0000000000000000000c",
      };
      await host.post("/v1/end", fields);
      return host.post("/v1/end", fields);
    },
    status: 400,
    code: "token_reused",
  },
  ...(
    [
      ["without a nonce", {}],
      ["with an empty nonce", { nonces: "" }],
      ["with a word for a nonce", { nonces: "x" }],
      ["with one nonce twice", { nonces: `${nonce} ${nonce}` }],
      ["with both parameters", { nonces: nonce, nonce }],
      ["with a token's ID", { token_id: "x", nonces: nonce }],
    ] as const
  ).map(
    ([name, fields]): Row => ({
      name: `an end ${name}`,
      send: (host, setup) => end(host, setup, fields),
      status: 400,
      code: "malformed",
    }),
  ),
];

type Webhook = Omit<WebhookToSign, "job" | "event" | "secret"> & { secret?: string; event?: string };

async function deliver(host: BrokerHost, { world, job }: Setup, more: Webhook = {}): Promise<Answer> {
  const signed = await world.github.signWebhook({
    event: "workflow_job",
    job: job.id,
    secret: webhookSecret,
    ...more,
  } as WebhookToSign);
  return host.request("/v1/github/webhook", { method: "POST", ...signed });
}

const webhooks: readonly Row[] = [
  {
    name: "GitHub's word that a job is over",
    send: async (host, setup) => {
      // Whatever earlier rows left alive is ended first.
      await deliver(host, setup);
      await exchange(host, setup.job);
      return deliver(host, setup);
    },
    status: 200,
  },
  {
    name: "a delivery of another action",
    send: (host, setup) => deliver(host, setup, { action: "queued" }),
    status: 200,
  },
  {
    name: "a delivery with another secret's signature",
    send: (host, setup) => deliver(host, setup, { secret: "another-secret" }),
    status: 401,
    code: "token_rejected",
  },
  {
    name: "a delivery without a repository",
    send: (host, setup) => deliver(host, setup, { payload: { repository: null } }),
    status: 400,
    code: "malformed",
  },
  {
    name: "a delivery as a form",
    send: (host) => {
      const body = `payload=${encodeURIComponent('{"action":"completed"}')}`;
      const signature = createHmac("sha256", webhookSecret).update(body).digest("hex");
      const headers = { "x-github-event": "workflow_job", "x-hub-signature-256": `sha256=${signature}` };
      return host.request("/v1/github/webhook", { method: "POST", headers, body });
    },
    status: 400,
    code: "malformed",
  },
];

const others: readonly Row[] = [
  ...["/v1/version", "/healthz", "/readyz"].flatMap((path): Row[] => [
    { name: `GET ${path}`, send: (host) => host.request(path), status: 200 },
    {
      name: `POST ${path}`,
      send: (host) => host.request(path, { method: "POST" }),
      status: 405,
      code: "malformed",
    },
  ]),
];

/** What ends tokens, and what reports the broker's health. */
export const otherRequests: readonly Row[] = [...ends, ...webhooks, ...others];
