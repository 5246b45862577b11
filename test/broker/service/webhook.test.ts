import { createHmac } from "node:crypto";
import type { RunningBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { delay } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import { brokerFor, exchange, useWorld, webhookSecret } from "./world.ts";

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
});
afterAll(() => broker.stop());

const path = "/v1/github/webhook";

async function send(job: GitHubJob, more: object = {}) {
  return world.github.sendWebhook(`${broker.url}${path}`, {
    event: "workflow_job",
    job: job.id,
    secret: webhookSecret,
    ...more,
  });
}

async function isAlive(tokenId: string): Promise<boolean> {
  return (await world.fastly.liveTokens(user.userId)).some(({ id }) => id === tokenId);
}

async function mint(job: GitHubJob): Promise<string> {
  const answer = await exchange(broker, job);
  expect(answer.status).toBe(200);
  return answer.body.token_id;
}

test("a job that is over loses what it left alive, and no other job of its run does", async () => {
  const job = await world.github.registerJob();
  const sibling = await world.github.registerJob({ runId: job.claims.run_id ?? "" });
  const [own, other] = [await mint(job), await mint(sibling)];
  const answer = await send(job);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    200,
    { status: "done", ended: 1, left: 0, request_id: expect.any(String) },
  ]);
  expect(await isAlive(own)).toBe(false);
  expect(await isAlive(other)).toBe(true);
});

test("a run attempt that is over loses all that its jobs left alive", async () => {
  const job = await world.github.registerJob();
  const sibling = await world.github.registerJob({ runId: job.claims.run_id ?? "" });
  const again = await world.github.registerJob({ runId: job.claims.run_id ?? "", runAttempt: "2" });
  const ids = [await mint(job), await mint(sibling), await mint(again)];
  await send(job, { event: "workflow_run" });
  expect(await Promise.all(ids.map(isAlive))).toEqual([false, false, true]);
});

describe.each(["workflow_job", "workflow_run"])(
  "a %s of a repository that was renamed meanwhile",
  (event) => {
    const changed = {
      event,
      payload: {
        repository: {
          id: 1296269,
          full_name: "octo-org/store",
          owner: { id: 9919 },
          html_url: "https://github.com/octo-org/store",
        },
      },
    };

    test("ends what the job got under the old name", async () => {
      const job = await world.github.registerJob();
      const id = await mint(job);
      expect(JSON.parse((await send(job, changed)).body)).toMatchObject({
        status: "done",
        ended: 1,
        left: 0,
      });
      expect(await isAlive(id)).toBe(false);
    });

    test("ends what is being made under the old name", async () => {
      const job = await world.github.registerJob();
      await world.fastly.inject("POST /tokens", delay(1_500));
      const after = await world.fastly.lastRequest();
      const answer = exchange(broker, job);
      await world.fastly.nextRequest({ method: "POST", path: "/tokens", after, phase: "received" });
      await send(job, changed);
      expect((await answer).status).toBe(503);
      const live = await world.fastly.liveTokens(user.userId);
      expect(live.filter(({ name }) => name.includes(`/runs/${job.claims.run_id}/`))).toEqual([]);
    });
  },
);

test("a delivery that comes twice does no harm", async () => {
  const job = await world.github.registerJob();
  await mint(job);
  const signed = await world.github.signWebhook({
    event: "workflow_job",
    job: job.id,
    secret: webhookSecret,
  });
  const deliver = () => broker.request(path, { method: "POST", ...signed });
  expect((await deliver()).body).toMatchObject({ status: "done", ended: 1 });
  expect((await deliver()).body).toMatchObject({ status: "done", ended: 0 });
});

test("what takes longer than GitHub waits goes on after a 202, and a broker that receives SIGTERM finishes it", async () => {
  const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  const job = await world.github.registerJob();
  const { body } = await exchange(own, job);
  // Together longer than the broker lets GitHub wait; each shorter than it waits for a response of Fastly's.
  for (const request of ["GET /tokens", "DELETE /tokens/:id"] as const)
    await world.fastly.inject(request, delay(2_500), { times: "always" });
  const answer = await world.github.sendWebhook(`${own.url}${path}`, {
    event: "workflow_job",
    job: job.id,
    secret: webhookSecret,
  });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    202,
    { status: "accepted", request_id: expect.any(String) },
  ]);
  expect(await own.stop()).toBe(0);
  expect(await isAlive(body.token_id)).toBe(false);
  // By the order of the lines, since by now a slow machine may have ended the token already.
  const lines = own.audit().filter(({ event }) => event === "webhook");
  expect(lines).toMatchObject([
    { decision: "done", status: 202, reason: "goes_on" },
    { decision: "done", ended: 1, left: 0, run_id: job.claims.run_id },
  ]);
});

test.each([
  ["another secret", { secret: "another-secret" }],
  ["no signature", { headers: { "x-hub-signature-256": null } }],
  ["the old signature alone", { headers: { "x-hub-signature-256": null } }],
  ["a signature that is none", { headers: { "x-hub-signature-256": "sha256=00" } }],
  ["an empty one", { headers: { "x-hub-signature-256": "" } }],
  ["one of another body", { headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } }],
])("with %s it learns nothing, and ends nothing", async (_name, more) => {
  const job = await world.github.registerJob();
  const id = await mint(job);
  const answer = await send(job, more);
  expect([answer.status, JSON.parse(answer.body).error_code]).toEqual([401, "token_rejected"]);
  expect(await isAlive(id)).toBe(true);
});

test.each([
  ["another action", { action: "in_progress" }],
  [
    "another server",
    {
      payload: {
        repository: {
          id: 1296269,
          full_name: "octo-org/shop",
          owner: { id: 9919 },
          html_url: "https://ghe.example.com/octo-org/shop",
        },
      },
    },
  ],
  [
    "another organization",
    {
      payload: {
        repository: {
          id: 1296269,
          full_name: "octo-org/shop",
          owner: { id: 1 },
          html_url: "https://github.com/octo-org/shop",
        },
      },
    },
  ],
  [
    "another repository's ID",
    {
      payload: {
        repository: {
          id: 1,
          full_name: "octo-org/shop",
          owner: { id: 9919 },
          html_url: "https://github.com/octo-org/shop",
        },
      },
    },
  ],
])("of %s it is ignored", async (_name, more) => {
  const job = await world.github.registerJob();
  const id = await mint(job);
  const answer = await send(job, more);
  expect([answer.status, JSON.parse(answer.body).status]).toEqual([200, "ignored"]);
  expect(await isAlive(id)).toBe(true);
});

test("a signed body that is not GitHub's is malformed", async () => {
  const job = await world.github.registerJob();
  const answer = await send(job, { payload: { repository: null } });
  expect([answer.status, JSON.parse(answer.body).error_code]).toEqual([400, "malformed"]);
});

test("a delivery as a form, which GitHub sends by default, says what to choose there", async () => {
  const body = `payload=${encodeURIComponent('{"action":"completed"}')}`;
  const signature = createHmac("sha256", webhookSecret).update(body).digest("hex");
  const headers = { "x-github-event": "workflow_job", "x-hub-signature-256": `sha256=${signature}` };
  const answer = await broker.request(path, { method: "POST", headers, body });
  expect([answer.status, answer.body.error_code]).toEqual([400, "malformed"]);
  expect(answer.body.error_description).toContain("application/json");
});

test("without a secret in the configuration there is no such path", async () => {
  const job = await world.github.registerJob();
  const deaf = await brokerFor(world, { users: [{ id: "ci-web", user }], more: { webhook: undefined } });
  try {
    const signed = await world.github.signWebhook({ event: "workflow_job", job: job.id, secret: "" });
    expect((await deaf.request(path, { method: "POST", ...signed })).status).toBe(404);
  } finally {
    await deaf.stop();
  }
});
