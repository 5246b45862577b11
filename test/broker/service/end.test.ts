import { formatTokenName } from "../../../src/token/token-name.ts";
import type { RunningBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { stall } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import { audience, brokerFor, exchange, exchangeOf, tokenType, useWorld } from "./world.ts";

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
});
afterAll(() => broker.stop());

let drawn = 0;

function newNonce(): string {
  return (++drawn).toString(16).padStart(20, "0");
}

async function end(job: GitHubJob, more: Record<string, string>) {
  const subject_token = await job.token(audience);
  return broker.post("/v1/end", { subject_token, subject_token_type: tokenType, ...more });
}

/** Live tokens of jobs: the broker's own keys are not among them. */
async function liveIds(): Promise<string[]> {
  const live = await world.fastly.liveTokens(user.userId);
  return live.filter(({ name }) => !name?.includes(" use=broker ")).map(({ id }) => id);
}

test("a run ends what it made, by its nonce", async () => {
  const job = await world.github.registerJob();
  const nonce = newNonce();
  const minted = await exchange(broker, job, { nonce });
  const answer = await end(job, { nonces: nonce, rule: "web-purge" });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    tokens: [
      { nonce, status: "revoked", token_id: minted.body.token_id, expires_at: minted.body.expires_at },
    ],
    request_id: expect.any(String),
  });
  expect(await liveIds()).not.toContain(minted.body.token_id);
});

test("a token whose response was lost is found by another broker, and without a rule", async () => {
  const job = await world.github.registerJob();
  const nonce = newNonce();
  const dying = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  const match = { method: "POST", path: "/tokens" };
  await world.fastly.inject("POST /tokens", stall("after"));
  const lost = exchangeOf(job, { nonce }).then((form) => dying.post("/v1/token", form));
  const isLost = lost.then(
    () => false,
    () => true,
  );
  await world.fastly.nextRequest({ ...match, phase: "done" as never }).catch(() => {});
  await expectSoon(async () => (await liveIds()).length > 0);
  await dying.kill("SIGKILL");
  expect(await isLost).toBe(true);
  const answer = await end(job, { nonces: nonce });
  expect(answer.body.tokens).toEqual([
    { nonce, status: "revoked", token_id: expect.any(String), expires_at: expect.any(String) },
  ]);
  expect(await liveIds()).toEqual([]);
});

async function expectSoon(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 200 && !(await isSo()); n++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await isSo()).toBe(true);
}

test("only tokens whose names say the same server, repository, run and attempt", async () => {
  const job = await world.github.registerJob();
  const nonce = newNonce();
  const name = {
    server: "github.com",
    repository: "octo-org/shop",
    runId: job.claims.run_id ?? "",
    runAttempt: "1",
    job: "deploy",
    use: "job" as const,
    nonce,
    serial: 1,
    label: "",
  };
  const others = [
    { ...name, server: "ghe.example.com" },
    { ...name, repository: "octo-org/shop-2" },
    { ...name, runId: "1" },
    { ...name, runAttempt: "2" },
    { ...name, use: "sweep" as const },
  ].map(formatTokenName);
  const added = await world.fastly.addTokens(
    [...others, `${formatTokenName(name)} and more`, `not ours ${nonce}`].map((name) => ({
      user: user.userId,
      name,
    })),
  );
  const answer = await end(job, { nonces: nonce });
  expect(answer.body.tokens).toEqual([{ nonce, status: "unknown" }]);
  const live = await world.fastly.liveTokens(user.userId);
  expect(live.map(({ id }) => id)).toEqual(expect.arrayContaining(added.map(({ id }) => id)));
});

test("a repository that was renamed meanwhile leaves open what became of the token, and it is not touched", async () => {
  const run = { runId: "900100200" };
  const nonce = newNonce();
  const { body } = await exchange(broker, await world.github.registerJob(run), { nonce });
  const renamed = await world.github.registerJob({ ...run, repository: "octo-org/store" });
  expect((await end(renamed, { nonces: nonce })).body.tokens).toEqual([{ nonce, status: "unknown" }]);
  expect(await liveIds()).toContain(body.token_id);
});

test("a nonce that was never used is not found, and that proves nothing yet", async () => {
  const nonce = newNonce();
  const answer = await end(await world.github.registerJob(), { nonces: nonce });
  expect(answer.body.tokens).toEqual([{ nonce, status: "not_found" }]);
});

test("a JWT is good for one end", async () => {
  const job = await world.github.registerJob();
  const form = {
    subject_token: await job.token(audience),
    subject_token_type: tokenType,
    nonces: newNonce(),
  };
  expect((await broker.post("/v1/end", form)).status).toBe(200);
  expect((await broker.post("/v1/end", form)).body.error_code).toBe("token_reused");
});

test.each([
  ["no nonce", {}],
  ["an empty one", { nonces: "" }],
  ["one that is none", { nonces: "x" }],
  ["one twice", { nonces: "00000000000000000001 00000000000000000001" }],
  ["two spaces between", { nonces: "00000000000000000001  00000000000000000002" }],
  ["both parameters", { nonces: "00000000000000000001", nonce: "00000000000000000001" }],
  ["a token's ID", { token_id: "x", nonces: "00000000000000000001" }],
  ["51 of them", { nonces: Array.from({ length: 51 }, (_, n) => String(n).padStart(20, "0")).join(" ") }],
])("with %s it is malformed", async (_name, more) => {
  const answer = await end(await world.github.registerJob(), more);
  expect([answer.status, answer.body.error_code]).toEqual([400, "malformed"]);
});

test("another organization learns nothing", async () => {
  const answer = await end(await world.github.registerJob({ ownerId: "4711" }), { nonces: newNonce() });
  expect([answer.status, answer.body.error_code]).toEqual([400, "token_rejected"]);
});
