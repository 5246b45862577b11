import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type GitHubEmulator, startGitHubEmulator } from "../support/github-oidc.ts";

const secret = "a secret of the webhook";
const deliveries: { headers: IncomingHttpHeaders; body: string }[] = [];

let github: GitHubEmulator;
let receiver: Server;
let url: string;

beforeAll(async () => {
  github = await startGitHubEmulator();
  receiver = createServer(async (request, response) => {
    deliveries.push({ headers: request.headers, body: await text(request) });
    response.writeHead(202).end("thanks");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/github/webhook`;
});
afterEach(() => void deliveries.splice(0));
afterAll(async () => {
  receiver.close();
  await github.stop();
});

function only() {
  const [delivery, ...more] = deliveries;
  if (!delivery || more.length > 0) throw new Error(`${deliveries.length} deliveries`);
  return { ...delivery, payload: JSON.parse(delivery.body) };
}

test("a completed job is announced, signed, with the IDs in the names of its tokens", async () => {
  const job = await github.registerJob({ runAttempt: "2", job: "ship" });
  const sent = await github.sendWebhook(url, {
    event: "workflow_job",
    job: job.id,
    secret,
    conclusion: "cancelled",
  });
  const { headers, body, payload } = only();
  expect(sent).toEqual({ status: 202, body: "thanks", delivery: headers["x-github-delivery"] });
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-github-event": "workflow_job",
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  });
  expect(payload).toMatchObject({
    action: "completed",
    workflow_job: {
      id: Number(job.claims.check_run_id),
      run_id: Number(job.claims.run_id),
      run_attempt: 2,
      name: "ship",
      status: "completed",
      conclusion: "cancelled",
      check_run_url: `https://api.github.com/repos/octo-org/shop/check-runs/${job.claims.check_run_id}`,
    },
    repository: { id: 1296269, full_name: "octo-org/shop", owner: { id: 9919, login: "octo-org" } },
    installation: { id: expect.any(Number) },
  });
});

test("a completed run attempt is announced", async () => {
  const job = await github.registerJob({ server: "https://github.example.com" });
  await github.sendWebhook(url, { event: "workflow_run", job: job.id, secret, installationId: null });
  const { headers, payload } = only();
  expect(headers["x-github-hook-installation-target-type"]).toBe("repository");
  expect(payload).toMatchObject({
    action: "completed",
    workflow_run: { id: Number(job.claims.run_id), run_attempt: 1, status: "completed" },
    repository: { html_url: "https://github.example.com/octo-org/shop" },
  });
  expect(payload).not.toHaveProperty("installation");
});

test("a delivery can be signed without being sent, and changed before it is signed", async () => {
  const job = await github.registerJob();
  const { headers, body } = await github.signWebhook({
    event: "workflow_job",
    job: job.id,
    secret,
    delivery: "0",
    payload: { repository: null, installation: { id: 1 } },
    headers: { "x-hub-signature-256": null },
  });
  expect(headers).not.toHaveProperty("x-hub-signature-256");
  expect(headers["x-github-delivery"]).toBe("0");
  expect(JSON.parse(body)).toMatchObject({ installation: { id: 1 } });
  expect(JSON.parse(body)).not.toHaveProperty("repository");
  expect(deliveries).toEqual([]);
});

test("a delivery goes to this machine alone", async () => {
  const { id: job } = await github.registerJob();
  const sent = github.sendWebhook("https://broker.example.com/v1/github/webhook", {
    event: "workflow_job",
    job,
    secret,
  });
  await expect(sent).rejects.toThrow("webhooks go to this machine alone");
});
