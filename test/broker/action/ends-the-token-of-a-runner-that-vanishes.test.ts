import { type BrokerJob, useBrokerWorld, webhookSecret } from "../../support/broker-jobs.ts";
import { delay } from "../../support/faults.ts";
import type { WebhookToSign } from "../../support/github-oidc.ts";

const world = useBrokerWorld();

/** A job that has its token, and whose machine is gone: there is no post. */
async function vanished(): Promise<BrokerJob> {
  const job = await world.job();
  expect((await job.run("main")).conclusion).toBe("success");
  expect(await job.alive()).toHaveLength(1);
  return job;
}

function deliver(job: BrokerJob, more: Partial<WebhookToSign> = {}) {
  return world.github.sendWebhook(`${world.front.url}/v1/github/webhook`, {
    event: "workflow_job",
    job: job.github.id,
    secret: webhookSecret,
    ...more,
  });
}

test.each(["workflow_job", "workflow_run"] as const)("GitHub's %s ends it", async (event) => {
  const job = await vanished();
  const other = await vanished();
  expect((await deliver(job, { event })).status).toBe(200);
  expect(await job.alive()).toEqual([]);
  expect(await other.alive()).toHaveLength(1);
});

test("revoke: false keeps a token beyond post, and not beyond the webhook", async () => {
  const job = await world.job({ inputs: { revoke: "false" } });
  expect((await job.run("main")).conclusion).toBe("success");
  expect((await job.run("post")).conclusion).toBe("success");
  expect(await job.alive()).toHaveLength(1);
  expect((await deliver(job)).status).toBe(200);
  expect(await job.alive()).toEqual([]);
});

test("a delivery that is replayed, or comes after post, does no harm", async () => {
  const job = await vanished();
  const delivery = "7f0c4f0e-1f6e-4f0b-9a43-0c8a2f3b1d11";
  expect((await deliver(job, { delivery })).status).toBe(200);
  expect((await deliver(job, { delivery })).status).toBe(200);
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("is already gone");
  expect((await deliver(job)).status).toBe(200);
});

test.each<[string, Partial<WebhookToSign>]>([
  ["another secret", { secret: "another-secret-of-some-length" }],
  ["no signature", { headers: { "x-hub-signature-256": null } }],
  ["the signature of SHA-1 alone", { headers: { "x-hub-signature-256": "sha256=" } }],
])("a delivery with %s ends nothing", async (_, more) => {
  const job = await vanished();
  expect((await deliver(job, more)).status).toBe(401);
  expect(await job.alive()).toHaveLength(1);
});

test("a delivery of a job that goes on, or of another repository, ends nothing", async () => {
  const job = await vanished();
  expect((await deliver(job, { action: "in_progress" })).status).toBe(200);
  const repository = {
    id: 4711,
    full_name: "octo-org/shop",
    html_url: "https://github.com/octo-org/shop",
    owner: { id: 9919 },
  };
  expect((await deliver(job, { payload: { repository } })).status).toBe(200);
  expect(await job.alive()).toHaveLength(1);
});

test("a job that dies while its token is being made leaves none, whatever stands before the broker", async () => {
  const create = { method: "POST", path: "/tokens" };
  await world.fastly.inject("POST /tokens", delay(2_000));
  // A proxy that hides from the broker that the job is gone.
  world.front.keepsUpstream = true;
  const after = await world.fastly.lastRequest();
  const job = await world.job();
  const main = await job.start("main");
  await world.fastly.nextRequest({ ...create, after });
  main.kill("SIGKILL");
  await main.done;
  expect((await deliver(job)).status).toBeLessThan(300);
  world.front.keepsUpstream = false;
  await world.fastly.nextRequest({ ...create, after, phase: "committed" });
  await world.broker.nextAudit(
    ({ event, run_id }) => event === "webhook" && run_id === job.github.claims.run_id,
  );
  expect(await job.alive()).toEqual([]);
});
