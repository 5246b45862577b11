import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type AuditLine, type RunningBroker, serverEnv, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { delay, respond } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import { brokerFor, configOf, exchange, exchangeOf, purgeRule, stoppedTime, useWorld } from "./world.ts";

const world = useWorld();
let user: AddedUser;
let broker: RunningBroker;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
});
afterAll(() => broker.stop());

test.each(["/v1/version", "/healthz", "/readyz", "/metrics"])("%s answers GET alone", async (path) => {
  expect((await broker.request(path)).status).toBe(200);
  const answer = await broker.request(path, { method: "POST" });
  expect([answer.status, answer.body.error_code, answer.headers.get("allow")]).toEqual([
    405,
    "malformed",
    "GET",
  ]);
});

test("the version is the action's", async () => {
  const { body } = await broker.request("/v1/version");
  expect(body).toEqual({
    name: "fastly-ephemeral-token-broker",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test("SIGHUP reads the file again, whole or not at all", async () => {
  const users = [{ id: "ci-web", user }];
  const { config, env } = await configOf(world, { users });
  const own = await startBroker(config, { env });
  try {
    const job = await world.github.registerJob({ ref: "refs/heads/next" });
    expect((await exchange(own, job)).body.error_code).toBe("claim_mismatch");
    const rules = [purgeRule(["ci-web"], user.services, { match: { ref: "refs/heads/next" } })];
    const done = await own.reload((await configOf(world, { users, rules })).config);
    expect(done).toMatchObject({ decision: "done", policy_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await exchange(own, job)).status).toBe(200);
    expect(await own.reload("version: 1\nrules: [")).toMatchObject({ decision: "refused" });
    expect((await exchange(own, job)).status).toBe(200);
  } finally {
    await own.stop();
  }
});

test("SIGTERM: what is under way is finished, keys are ended, and the exit code is 0", async () => {
  const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  const job = await world.github.registerJob();
  await world.fastly.inject("POST /tokens", delay(1_500));
  const before = await world.fastly.lastRequest();
  const underWay = exchange(own, job);
  await world.fastly.nextRequest({ method: "POST", path: "/tokens", after: before });
  const code = own.stop();
  expect((await underWay).status).toBe(200);
  expect(await code).toBe(0);
  const live = await world.fastly.liveTokens(user.userId);
  expect(live.filter(({ name }) => name?.includes(" use=broker "))).toEqual([]);
});

/** A job that asks for a token and is gone before it is there. @returns the audit line of its request */
async function leaveEarly(job: GitHubJob): Promise<AuditLine> {
  await world.fastly.inject("POST /tokens", delay(1_000));
  const before = await world.fastly.lastRequest();
  const leaving = new AbortController();
  const body = new URLSearchParams(await exchangeOf(job));
  const gone = broker.request("/v1/token", { method: "POST", body, signal: leaving.signal });
  await world.fastly.nextRequest({ method: "POST", path: "/tokens", after: before });
  leaving.abort();
  await expect(gone).rejects.toThrow();
  await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after: before });
  return broker.nextAudit(({ reason, run_id }) => reason === "gave_up" && run_id === job.claims.run_id);
}

test("whoever is gone before the token is there leaves none alive", async () => {
  const live = (await world.fastly.liveTokens(user.userId)).length;
  const { token_id } = await leaveEarly(await world.github.registerJob());
  expect((await world.fastly.liveTokens(user.userId)).length).toBe(live);
  expect(
    await broker.nextAudit((line) => line.event === "settle" && line.token_id === token_id),
  ).toMatchObject({ decision: "done", reason: "revoked", user: "ci-web" });
});

test("a token that cannot be ended after whoever asked is gone stands in the audit and in the metrics", async () => {
  await world.fastly.inject("DELETE /tokens/self", respond(403, { msg: "Forbidden" }), { times: "always" });
  const { token_id } = await leaveEarly(await world.github.registerJob());
  const line = await broker.nextAudit(({ event, token_id: id }) => event === "settle" && id === token_id);
  expect(line).toMatchObject({
    decision: "failed",
    reason: expect.stringMatching(/^(?:still-alive|unknown)$/),
    token_name: expect.stringContaining(" use=job "),
    user: "ci-web",
  });
  expect((await world.fastly.liveTokens(user.userId)).map(({ id }) => id)).toContain(token_id);
  const metrics = (await broker.request("/metrics")).text;
  expect(metrics).toContain(`fastly_broker_tokens_ended_total{how="settled",status="${line.reason}"} 1\n`);
});

test("nobody reads what it says on standard error: it goes on, and audits a reload that it refuses", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const own = await startBroker(config, { env });
  own.breakErrors();
  for (let times = 0; times < 3; times++)
    expect(await own.reload("version: 1\nrules: [")).toMatchObject({ decision: "refused" });
  expect((await exchange(own, await world.github.registerJob())).status).toBe(200);
  expect(await own.stop()).toBe(0);
});

test("behind a proxy that appends ports, an address is known without its port", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const behind = await startBroker(config, { env, args: ["--trust-proxy"] });
  try {
    for (const [forwarded, ip] of [
      ["198.51.100.9:4711", "198.51.100.9"],
      ["2001:db8::1", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["203.0.113.7, [2001:db8::1]:4711", "2001:db8::1"],
      ["203.0.113.7, unknown", "127.0.0.1"],
      ["999.0.0.1", "127.0.0.1"],
      ["203.0.113.7,", "127.0.0.1"],
    ] as const) {
      const headers = { "x-forwarded-for": forwarded };
      const { body } = await behind.request("/v1/token", { method: "POST", headers, body: "" });
      expect(await behind.nextAudit(({ request_id }) => request_id === body.request_id)).toMatchObject({
        ip,
      });
    }
  } finally {
    await behind.stop();
  }
});

test("behind a proxy, the last address of X-Forwarded-For is who asked; otherwise it is not looked at", async () => {
  const headers = { "x-forwarded-for": "203.0.113.7, 198.51.100.9" };
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const behind = await startBroker(config, { env, args: ["--trust-proxy"] });
  try {
    for (const [one, ip] of [
      [behind, "198.51.100.9"],
      [broker, "127.0.0.1"],
    ] as const) {
      const { body } = await one.request("/v1/token", { method: "POST", headers, body: "" });
      expect(await one.nextAudit(({ request_id }) => request_id === body.request_id)).toMatchObject({ ip });
    }
  } finally {
    await behind.stop();
  }
});

test.each([
  [["--json"], /^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}$/],
  [[], /^Listening on http:\/\/127\.0\.0\.1:\d+$/],
])("started with %j, its first line states where it listens, and audit lines follow", async (args, first) => {
  const { env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const program = ["src/broker/main.ts", "--config", broker.configFile, "--port", "0", ...args];
  const own = spawn(process.execPath, program, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...serverEnv(), ...env },
  });
  const lines = createInterface(own.stdout)[Symbol.asyncIterator]();
  const { value: line = "" } = await lines.next();
  expect(line).toMatch(first);
  const [url = ""] = /http:[^"]+/.exec(line) ?? [];
  await fetch(`${url}/v1/token`, { method: "POST" });
  expect(JSON.parse((await lines.next()).value ?? "")).toMatchObject({
    event: "token",
    error_code: "malformed",
  });
  own.kill("SIGTERM");
  expect(await once(own, "exit")).toEqual([0, null]);
  expect((await lines.next()).done).toBe(true);
});

test("without --trust-proxy, X-Forwarded-For lets nobody escape the limit of an address", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  // An address is allowed more as time goes by.
  const flooded = await startBroker(config, { env: { ...env, ...stoppedTime } });
  try {
    let status = 400;
    for (let n = 0; n < 400 && status === 400; n++) {
      const headers = {
        "x-forwarded-for": `203.0.${n >> 8}.${n & 255}`,
        forwarded: `for=198.51.100.${n & 255}`,
      };
      ({ status } = await flooded.request("/v1/token", { method: "POST", headers, body: "" }));
    }
    expect(status).toBe(429);
  } finally {
    await flooded.stop();
  }
});

test("each audit line has no other fields than the documented ones", async () => {
  const job = await world.github.registerJob();
  const { body } = await exchange(broker, job);
  const line = await broker.nextAudit(({ request_id }) => request_id === body.request_id);
  expect(line).toMatchObject({
    event: "token",
    decision: "granted",
    status: 200,
    rule: "web-purge",
    repository: "octo-org/shop",
    run_id: job.claims.run_id,
    check_run_id: job.claims.check_run_id,
    token_id: body.token_id,
    token_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    jwt_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    policy_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    user: "ci-web",
    ip: "127.0.0.1",
    duration_ms: expect.any(Number),
  });
  expect(JSON.stringify(line)).not.toContain(body.access_token);
});
