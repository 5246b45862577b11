import { createHash, createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Answer, type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { respond } from "../../support/faults.ts";
import { type Fault, type GitHubJob, jwksRoute } from "../../support/github-oidc.ts";
import { signWith } from "../identity/sign.ts";
import { audience, configOf, exchange, exchangeOf, purgeRule, useWorld } from "../service/world.ts";

/*
 * One test for each threat of docs/broker/threat-model.md that a caller or an issuer is, against the broker as a
 * process. Files beside this one hold the many forms that each can take; the page names them.
 */

const world = useWorld();
let user: AddedUser;
let job: GitHubJob;
let broker: RunningBroker;
const brokers: RunningBroker[] = [];

beforeAll(async () => {
  [user, job] = await Promise.all([world.fastly.addUser(), world.github.registerJob()]);
  broker = await start();
});
afterAll(async () => {
  for (const one of brokers) await one.stop();
});

async function settings() {
  const own = purgeRule(["ci"], user.services);
  const rules = [
    own,
    { ...own, id: "of-another-repository", match: { ...own.match, repository_id: "77" } },
    { ...own, id: "of-another-organization", match: { ...own.match, repository_owner_id: "77" } },
  ];
  return configOf(world, { users: [{ id: "ci", user }], rules });
}

async function start(): Promise<RunningBroker> {
  const { config, env } = await settings();
  const started = await startBroker(config, { env });
  brokers.push(started);
  return started;
}

async function send(subject_token: string, more: Record<string, string> = {}): Promise<Answer> {
  return broker.post("/v1/token", { ...(await exchangeOf(job)), subject_token, ...more });
}

/** How many tokens jobs have got so far; what the broker creates for itself, it does in its own time. */
async function granted(): Promise<number> {
  const tokens = await world.fastly.tokens();
  return tokens.filter(({ name }) => name?.includes(" use=job ")).length;
}

/** Expects that each is refused with this code, and that Fastly is asked for nothing. */
async function expectRefused(code: string, ...requests: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const before = await granted();
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await request());
  expect(answers.map(({ body }) => body.error_code)).toEqual(requests.map(() => code));
  expect(await granted()).toBe(before);
  return answers;
}

test("a stolen JWT is good once, for the rules that match its job, and for ten minutes at most", async () => {
  const stolen = await job.token(audience);
  await expectRefused("claim_mismatch", () => send(stolen, { rule: "of-another-repository" }));
  expect((await send(stolen)).status).toBe(200);
  await expectRefused(
    "token_reused",
    () => send(stolen),
    () => send(stolen, { expires_in: "60" }),
  );
  const claims = await job.unsigned(audience);
  const now = Math.floor(Date.now() / 1000);
  const old = await world.github.sign({
    payload: { ...claims, iat: now - 601, nbf: now - 601, exp: now + 9e3 },
  });
  await expectRefused("token_rejected", () => send(old));
});

test("a caller of another organization learns nothing: not which rules there are, nor why", async () => {
  const stranger = await world.github.registerJob({ repository: "mallory/shop", ownerId: "666" });
  const ask = (rule: string) => async () => broker.post("/v1/token", await exchangeOf(stranger, { rule }));
  const answers = await expectRefused(
    "token_rejected",
    ...["web-purge", "of-another-organization", "no-such-rule", "__proto__"].map(ask),
    async () => broker.post("/v1/explain", await exchangeOf(stranger)),
    async () => send(await job.token("https://another.example.com")),
  );
  const said = answers.map(({ body }) => ({ ...body, request_id: "" }));
  expect(new Set(said.map((body) => JSON.stringify(body))).size).toBe(1);
});

test("a fork gets nothing, whatever it is called and whatever starts it", async () => {
  const fork = { repository: "octo-org/shop", ownerId: "666", repositoryId: "667" };
  const forks = await Promise.all([
    world.github.registerJob(fork),
    world.github.registerJob({ ...fork, event: "pull_request" }),
  ]);
  await expectRefused("token_rejected", ...forks.map((each) => () => exchange(broker, each)));
  const onBehalf = await Promise.all(
    ["pull_request_target", "workflow_run"].map((event) => world.github.registerJob({ event })),
  );
  await expectRefused("event_denied", ...onBehalf.map((each) => () => exchange(broker, each)));
});

test("a confused key or algorithm proves nothing", async () => {
  const { privateKeyPem, kid } = await world.github.issuerReport();
  const claims = await job.unsigned(audience);
  const publicPem = String(createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" }));
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = (alg: string) => `${encode({ alg, kid, typ: "JWT" })}.${encode(claims)}`;
  const hmac = createHmac("sha256", publicPem).update(input("HS256")).digest("base64url");
  const rs512 = signWith(createPrivateKey(privateKeyPem), { alg: "RS512", kid }, claims, "sha512");
  await expectRefused(
    "token_rejected",
    ...[`${input("none")}.`, `${input("none")}.AA`, `${input("HS256")}.${hmac}`, rs512].map(
      (token) => () => send(token),
    ),
  );
});

test("a JWT for somebody else, or for others as well, is good for nobody here", async () => {
  const claims = await job.unsigned(audience);
  const audiences = ["sts.amazonaws.com", [audience], [audience, "sts.amazonaws.com"], `${audience}/`, null];
  const tokens = await Promise.all(
    audiences.map((aud) => world.github.sign({ payload: { ...claims, aud } })),
  );
  await expectRefused("token_rejected", ...tokens.map((token) => () => send(token)));
});

test("a JWT that is replayed twenty times at once makes one token", async () => {
  const fields = await exchangeOf(job);
  const before = await granted();
  const answers = await Promise.all(Array.from({ length: 20 }, () => broker.post("/v1/token", fields)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error_code === "token_reused")).toHaveLength(19);
  expect(await granted()).toBe(before + 1);
});

test("random key IDs do not make the broker hammer the issuer", async () => {
  const payload = await job.unsigned(audience);
  const kids = Array.from({ length: 30 }, (_, n) => `random-${n}`);
  const tokens = await Promise.all(kids.map((kid) => world.github.sign({ payload, header: { kid } })));
  const before = (await world.github.requests(jwksRoute)).length;
  await expectRefused("token_rejected", ...tokens.map((token) => () => send(token)));
  expect((await world.github.requests(jwksRoute)).length - before).toBeLessThanOrEqual(1);
  expect((await exchange(broker, job)).status).toBe(200);
});

test.each<[string, Fault]>([
  ["redirects", { kind: "respond", status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" }],
  ["stalls", { kind: "stall" }],
  ["answers 100 MB", { kind: "pad", bytes: 100 * 1024 * 1024 }],
])("an issuer that %s costs a refusal, and is asked again later", async (_, fault) => {
  const own = await start();
  await world.github.fault({ path: jwksRoute, times: 1, fault });
  const before = await granted();
  const refused = await exchange(own, job);
  expect([refused.status, refused.body.error_code]).toEqual([503, "upstream_unavailable"]);
  expect(await granted()).toBe(before);
  const line = await own.nextAudit(({ request_id }) => request_id === refused.body.request_id);
  expect(line.reason).toBe("issuer_keys_unavailable");
  let answer = await exchange(own, job);
  while (answer.status === 503) answer = await exchange(own, job);
  expect(answer.status).toBe(200);
});

test("a policy that was edited leaves its hash in each audit line from then on", async () => {
  const own = await start();
  const hashOf = () => createHash("sha256").update(readFileSync(own.configFile)).digest("hex");
  const audited = async () => {
    const { body } = await exchange(own, job);
    return (await own.nextAudit(({ request_id }) => request_id === body.request_id)).policy_hash;
  };
  const first = hashOf();
  expect(await audited()).toBe(first);
  const { config } = await settings();
  await own.reload({ ...config, rules: config.rules.slice(0, 1) });
  expect(hashOf()).not.toBe(first);
  expect(await audited()).toBe(hashOf());
});

test("logs hold no token, no JWT, no password, and no word of Fastly's", async () => {
  const own = await start();
  const word = "a-word-that-only-Fastly-says";
  const fields = await exchangeOf(job, { label: "a label" });
  const granted = await own.post("/v1/token", fields);
  await world.fastly.inject("POST /tokens", respond(400, { msg: `${word} ${user.password}` }));
  const refused = await exchange(own, job);
  await world.fastly.inject("POST /tokens", respond(200, `<html>${word}</html>`), { times: "always" });
  const garbled = await exchange(own, job);
  expect([granted.status, refused.status]).toEqual([200, 502]);
  expect(garbled.status).toBeGreaterThanOrEqual(500);
  const secrets = [granted.body.access_token, fields.subject_token ?? "", user.password, word];
  for (const secret of secrets) expect(own.output()).not.toContain(secret);
  for (const { text } of [refused, garbled]) expect(text).not.toContain(word);
});

test("nobody asks without a JWT, and health and metrics hold nothing secret", async () => {
  await expectRefused("malformed", () => broker.request("/v1/token", { method: "POST" }));
  for (const path of ["/v1/version", "/healthz", "/readyz", "/metrics"]) {
    const { status, text } = await broker.request(path);
    expect(status).toBe(200);
    for (const secret of [user.password, user.username, "refs/heads/main"])
      expect(text).not.toContain(secret);
  }
});
