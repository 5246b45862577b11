import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { delay, respond } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import {
  audience,
  brokerFor,
  configOf,
  exchange,
  exchangeOf,
  stoppedTime,
  useWorld,
  withBroker,
} from "./world.ts";

const world = useWorld();
let user: AddedUser;
let broker: RunningBroker;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
});
afterAll(() => broker.stop());

async function endOf(job: GitHubJob): Promise<Record<string, string>> {
  const { subject_token = "", subject_token_type = "" } = await exchangeOf(job);
  return { subject_token, subject_token_type, nonces: "0123456789abcdef0123" };
}

test("a body that ends too early is malformed, and no fault of the broker's", async () => {
  const { hostname, port } = new URL(broker.url);
  const socket = connect(Number(port), hostname);
  const type = "content-type: application/x-www-form-urlencoded";
  socket.write(`POST /v1/token HTTP/1.1\r\nhost: x\r\n${type}\r\ncontent-length: 1000\r\n\r\ngrant`);
  await once(socket, "connect");
  socket.end();
  socket.resume();
  const line = await broker.nextAudit(({ reason }) => reason === "incomplete_body");
  expect(line).toMatchObject({ error_code: "malformed", status: 400 });
  expect((await broker.request("/metrics")).text).toContain("\nfastly_broker_faults_total 0\n");
});

test.each([
  ["no host", "GET /healthz HTTP/1.1"],
  ["a host that is none", "GET /healthz HTTP/1.1\r\nhost: a b/c?d#e"],
  ["markup for a host", 'GET /healthz HTTP/1.1\r\nhost: x"><script>'],
  ["a path of backslashes", "POST /\\..\\v1\\token HTTP/1.1\r\nhost: x\r\ncontent-length: 0"],
  ["an asterisk for a path", "OPTIONS * HTTP/1.1\r\nhost: x"],
  ["another scheme", "GET ftp://x/healthz HTTP/1.1\r\nhost: x"],
  ["a path that leads to another one", "GET /x/../metrics HTTP/1.1\r\nhost: x"],
  ["a path that leads to another one in disguise", "GET /%2e%2E/metrics HTTP/1.1\r\nhost: x"],
  ["a URL that leads to another path", "GET http://x/x/../metrics HTTP/1.1\r\nhost: x"],
])("a request with %s is malformed", async (_name, head) => {
  const { hostname, port } = new URL(broker.url);
  const socket = connect(Number(port), hostname);
  socket.end(`${head}\r\nconnection: close\r\n\r\n`);
  const response = await text(socket);
  expect(response).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(response.slice(response.indexOf("\r\n\r\n")))).toMatchObject({
    error: "invalid_request",
    error_code: "malformed",
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("a health check in HTTP/1.0 needs no host", async () => {
  const { hostname, port } = new URL(broker.url);
  const socket = connect(Number(port), hostname);
  socket.end("GET /healthz HTTP/1.0\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

const formOf = "POST /v1/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";

test.each([
  ["two lengths", `${formOf}content-length: 1\r\ncontent-length: 2\r\n\r\nab`],
  ["a length and chunks", `${formOf}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["a length below zero", `${formOf}content-length: -1\r\n\r\n`],
  ["a chunk without a length", `${formOf}transfer-encoding: chunked\r\n\r\nx\r\n`],
  [
    "an endless extension of a chunk",
    `${formOf}transfer-encoding: chunked\r\n\r\n1;${"x".repeat(20_000)}\r\na\r\n0\r\n\r\n`,
  ],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a version that is none", "GET /healthz HTTP/3.0\r\nhost: x\r\n\r\n"],
  ["a greeting of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["a method that is none", "STEAL /v1/token HTTP/1.1\r\nhost: x\r\n\r\n"],
  ["a header of 20 KB", `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(20_000)}\r\n\r\n`],
  ["a header of 2 MB", `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(2_000_000)}\r\n\r\n`],
  ["a path of 20 KB", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
  ["a folded header", "GET /healthz HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n"],
  ["an unknown expectation", `${formOf}expect: a-token\r\ncontent-length: 1\r\n\r\na`],
  ["a tunnel", "CONNECT api.fastly.com:443 HTTP/1.1\r\nhost: x\r\n\r\n"],
])("%s: malformed, and the connection is closed", async (_name, request) => {
  const { hostname, port } = new URL(broker.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.write(request, "latin1");
  const response = await text(socket);
  socket.destroy();
  const [head = "", body = ""] = response.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(head.toLowerCase().split("\r\n")).toEqual(
    expect.arrayContaining([
      "content-type: application/json",
      "cache-control: no-store",
      "connection: close",
      `content-length: ${body.length}`,
    ]),
  );
  expect(JSON.parse(body)).toEqual({
    error: "invalid_request",
    error_code: "malformed",
    error_description: expect.any(String),
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect((await broker.request("/metrics")).text).toContain("\nfastly_broker_faults_total 0\n");
});

test("each audit line states the policy by which it was decided", async () => {
  const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  try {
    await own.post("/v1/token", await exchangeOf(await world.github.registerJob()));
    expect(await own.reload("version: 1\nrules: [")).toMatchObject({ decision: "refused" });
  } finally {
    await own.stop();
  }
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(own.audit()).toEqual(own.audit().map(() => expect.objectContaining({ policy_hash: hash })));
});

test("a token whose audit line cannot be written is ended, and not handed over", async () => {
  const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  const before = (await world.fastly.liveTokens(user.userId)).map(({ id }) => id);
  const exchange = async () => own.post("/v1/token", await exchangeOf(await world.github.registerJob()));
  try {
    expect((await exchange()).status).toBe(200);
    own.breakAudit();
    expect(await exchange()).toMatchObject({ status: 500, body: { error_code: "internal" } });
  } finally {
    await own.stop();
  }
  const made = (await world.fastly.liveTokens(user.userId)).filter(({ id }) => !before.includes(id));
  expect(made).toHaveLength(1);
});

test("all addresses of one IPv6 network are limited as one", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const behind = await startBroker(config, { env: { ...env, ...stoppedTime }, args: ["--trust-proxy"] });
  const from = async (address: string) => {
    const headers = { "x-forwarded-for": address };
    return (await behind.request("/v1/token", { method: "POST", headers, body: "" })).status;
  };
  try {
    let status = 400;
    for (let n = 1; n < 400 && status === 400; n++) status = await from(`2001:db8:0:7::${n.toString(16)}`);
    expect(status).toBe(429);
    expect(await from("2001:0db8::7:1:2:3:4")).toBe(429);
    expect(await from("2001:db8:0:8::1")).toBe(400);
    expect(await from("::1")).toBe(400);
  } finally {
    await behind.stop();
  }
});

test("a JWT that made a token makes none after a restart, and a fresh one of the job does", async () => {
  const job = await world.github.registerJob();
  const now = Math.floor(Date.now() / 1000);
  const jwt = await world.github.sign({
    payload: { ...(await job.unsigned(audience)), iat: now - 5, nbf: now - 5, exp: now + 295 },
  });
  const nonce = randomUUID().replaceAll("-", "").slice(0, 20);
  const parameters = await exchangeOf(job, { subject_token: jwt, nonce });
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const killed = await startBroker(config, { env });
  expect((await killed.post("/v1/token", parameters)).status).toBe(200);
  await killed.kill("SIGKILL");
  const restarted = await startBroker(config, { env });
  try {
    expect((await restarted.post("/v1/token", parameters)).body.error_code).toBe("token_reused");
    expect((await restarted.post("/v1/token", await exchangeOf(job, { nonce }))).status).toBe(200);
    // That the nonce is known by now proves nothing of the token that the killed process made with it.
    expect((await restarted.post("/v1/token", parameters)).body.error_code).toBe("store_unavailable");
    expect((await restarted.post("/v1/token", await exchangeOf(job))).status).toBe(200);
  } finally {
    await restarted.stop();
  }
});

test("a JWT of before its start is not taken for one that this process has used", async () => {
  const job = await world.github.registerJob();
  const now = Math.floor(Date.now() / 1000);
  const old = { iat: now - 590, nbf: now - 590, exp: now + 10 };
  const sign = async () =>
    world.github.sign({ payload: { ...(await job.unsigned(audience)), ...old, jti: randomUUID() } });
  const parameters = await exchangeOf(job, { subject_token: await sign() });
  await withBroker(world, { users: [{ id: "ci-web", user }] }, async (own) => {
    expect((await exchange(own, job)).status).toBe(200);
    expect((await own.post("/v1/token", parameters)).status).toBe(200);
    expect((await own.post("/v1/token", parameters)).body.error_code).toBe("token_reused");
    const another = await exchangeOf(job, { subject_token: await sign() });
    expect((await own.post("/v1/token", another)).status).toBe(200);
  });
});

test("a JWT of before its start makes nothing while Fastly's lists cannot say whether it was used", async () => {
  const job = await world.github.registerJob();
  const now = Math.floor(Date.now() / 1000);
  const jwt = await world.github.sign({
    payload: { ...(await job.unsigned(audience)), iat: now - 5, nbf: now - 5, exp: now + 295 },
  });
  const started = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  try {
    await world.fastly.inject("GET /tokens", respond(500), { times: "always" });
    const before = (await world.fastly.requests()).length;
    const refused = await started.post("/v1/token", await exchangeOf(job, { subject_token: jwt }));
    expect([refused.status, refused.body.error_code]).toEqual([503, "store_unavailable"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const asked = (await world.fastly.requests()).slice(before);
    expect(asked.filter(({ path, method }) => `${method} ${path}` === "GET /tokens").length).toBeGreaterThan(
      0,
    );
    const made = await world.fastly.liveTokens(user.userId);
    expect(made.filter(({ name }) => name.includes(`/runs/${job.claims.run_id}/`))).toEqual([]);
    // As the action does: a fresh JWT for each try.
    expect((await started.post("/v1/token", await exchangeOf(job))).status).toBe(200);
  } finally {
    await world.fastly.clearFaults();
    await started.stop();
  }
});

test("a second SIGTERM does not keep it from ending its keys", async () => {
  const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  await own.post("/v1/end", await endOf(await world.github.registerJob()));
  await world.fastly.inject("DELETE /tokens/self", delay(500));
  const after = await world.fastly.lastRequest();
  process.kill(own.pid, "SIGTERM");
  await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after });
  expect(await own.stop()).toBe(0);
  const live = await world.fastly.liveTokens(user.userId);
  expect(live.filter(({ name }) => name?.includes(" use=broker "))).toEqual([]);
});
