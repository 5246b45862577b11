import { setTimeout as wait } from "node:timers/promises";
import type { BrokerHost } from "../../support/broker.ts";
import { buildForCompute, type ComputePackage } from "../../support/compute.ts";
import type { AddedUser, JournalEntry } from "../../support/emulator.ts";
import { delay, respond } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import {
  audience,
  configOf,
  exchange,
  exchangeOf,
  purgeRule,
  tokenType,
  useWorld,
  webhookSecret,
} from "../service/world.ts";

const world = useWorld();
let built: ComputePackage;
let broker: BrokerHost;
let job: GitHubJob;
let users: Record<"plain" | "small" | "two-factor" | "wrong" | "down" | "other", AddedUser>;
const otherRepository = "4410022";

beforeAll(async () => {
  const { fastly } = world;
  const [plain, small, twoFactor, wrong, down, other] = await Promise.all([
    fastly.addUser(),
    fastly.addUser(),
    fastly.addUser({ totp: true }),
    fastly.addUser(),
    fastly.addUser(),
    fastly.addUser(),
  ]);
  users = { plain, small, "two-factor": twoFactor, wrong, down, other };
  const listed = Object.entries(users).map(([id, user]) => ({
    id,
    user: id === "wrong" ? { ...user, password: "another password" } : user,
    ...(id === "small" ? { maxLive: 2 } : {}),
  }));
  const rules = [
    ...listed.map(({ id, user }) => {
      const match = id === "other" ? { repository_id: otherRepository } : {};
      return { ...purgeRule([id], user.services, { match }), id };
    }),
    { ...purgeRule(["plain"], plain.services, { grant: { max_live: 3 } }), id: "three" },
  ];
  const { config, env } = await configOf(world, { users: listed, rules });
  built = await buildForCompute(config, env);
  broker = await built.serve();
  job = await world.github.registerJob();
  // Until Fastly has accepted a password once, one request at a time carries it.
  expect((await exchange(broker, job, { rule: "plain" })).status).toBe(200);
});
afterAll(async () => {
  await broker.stop();
  await built.remove();
});

async function createsAfter(n: number): Promise<JournalEntry[]> {
  const requests = await world.fastly.requests();
  return requests.filter(
    (request) => request.n > n && `${request.method} ${request.path}` === "POST /tokens",
  );
}

async function lastRequest(): Promise<number> {
  return await world.fastly.lastRequest();
}

function codesOf(answers: { status: number; body: { error_code?: string } }[]): (string | number)[] {
  return answers.map(({ status, body }) => body.error_code ?? status).toSorted();
}

test("a JWT is good for one token, however many instances get it at once", async () => {
  const before = await lastRequest();
  const fields = await exchangeOf(job, { rule: "plain" });
  const answers = await Promise.all(Array.from({ length: 8 }, () => broker.post("/v1/token", fields)));
  expect(codesOf(answers)).toEqual([200, ...Array(7).fill("token_reused")]);
  expect(await createsAfter(before)).toHaveLength(1);
});

test("a rule's quota holds for all instances", async () => {
  const ask = () => exchange(broker, job, { rule: "three" });
  const atOnce = await Promise.all(Array.from({ length: 8 }, ask));
  const granted = atOnce.filter(({ status }) => status === 200).length;
  expect(granted).toBeLessThanOrEqual(3);
  for (let n = granted; n < 3; n++) expect((await ask()).status).toBe(200);
  expect(codesOf([await ask()])).toEqual(["quota_exceeded"]);
});

test("where a user has no room nobody waits: the answer says when to try again", async () => {
  const first = await exchange(broker, job, { rule: "small" });
  expect(first.status).toBe(200);
  const refused = await exchange(broker, job, { rule: "small" });
  expect(codesOf([refused])).toEqual(["no_room"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(500);
  await fetch(`${world.fastly.url}/tokens/self`, {
    method: "DELETE",
    headers: { "fastly-key": first.body.access_token },
  });
  expect((await exchange(broker, job, { rule: "small" })).status).toBe(200);
});

test("a one-time password makes one token, and the other requests learn when the next one is available", async () => {
  const before = await lastRequest();
  const ask = () => exchange(broker, job, { rule: "two-factor" });
  let first = await ask();
  // A step that is about to end is left alone.
  if (first.status !== 200) {
    await wait(Number(first.headers.get("retry-after")) * 1_000);
    first = await ask();
  }
  expect(first.status).toBe(200);
  const answers = await Promise.all([ask(), ask(), ask()]);
  const creates = await createsAfter(before);
  expect(creates.map(({ status }) => status)).toEqual(creates.map(() => 200));
  // A step may end meanwhile.
  const refused = answers.filter(({ body }) => body.error_code === "no_room");
  expect(refused.length).toBeGreaterThanOrEqual(2);
  for (const { headers } of refused) expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(30);
});

test("a password that Fastly refuses is sent once, whichever instance is asked", async () => {
  const before = await lastRequest();
  for (let n = 0; n < 3; n++) {
    const answer = await exchange(broker, job, { rule: "wrong" });
    expect(codesOf([answer])).toEqual(["upstream_refused"]);
  }
  expect(await createsAfter(before)).toHaveLength(1);
});

test("a password of which nothing is heard is sent four or five times, whatever is asked", async () => {
  const before = await lastRequest();
  const match = { method: "POST", path: "/tokens" };
  await world.fastly.fault({ match, times: "always", fault: respond(503) });
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await exchange(broker, job, { rule: "down" }));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  // The fifth is of an instance that still looks for what may have been made when the next one begins.
  expect((await createsAfter(before)).length).toBeLessThanOrEqual(5);
});

test("an issuer's keys are asked for once, and kept in the cache", async () => {
  expect(await world.github.requests("/.well-known/jwks")).toHaveLength(1);
});

test("the key that ended a token is itself ended, after the answer", async () => {
  const nonce = "0123456789abcdef0123";
  await exchange(broker, job, { rule: "plain", nonce });
  const after = await lastRequest();
  const subject_token = await job.token(audience);
  const fields = { subject_token, subject_token_type: tokenType, nonces: nonce, rule: "plain" };
  const answer = await broker.post("/v1/end", fields);
  expect(answer.body.tokens).toMatchObject([{ nonce, status: "revoked" }]);
  await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after, phase: "answered" });
  const live = await world.fastly.liveTokens(users.plain.userId);
  expect(live.filter(({ name }) => name?.includes(" use=broker "))).toEqual([]);
});

test("what GitHub does not wait for goes on after the answer", async () => {
  const other = await world.github.registerJob({ repositoryId: otherRepository });
  const minted = await exchange(broker, other, { rule: "other" });
  const after = await lastRequest();
  // Longer than the four seconds that GitHub waits.
  await world.fastly.inject("GET /tokens", delay(5_000), { times: "always" });
  const signed = await world.github.signWebhook({
    event: "workflow_job",
    job: other.id,
    secret: webhookSecret,
  });
  const answer = await broker.request("/v1/github/webhook", { method: "POST", ...signed });
  expect([answer.status, answer.body.status]).toEqual([202, "accepted"]);
  await world.fastly.clearFaults();
  const path = `/tokens/${minted.body.token_id}`;
  const query = { method: "DELETE", path, after, phase: "answered", timeoutMs: 60_000 } as const;
  expect((await world.fastly.nextRequest(query)).status).toBe(204);
});

test("nothing is drawn when the package is built: each request has its own ID and nonce", async () => {
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await exchange(broker, job, { rule: "plain" }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.request_id)).size).toBe(3);
  expect(new Set(answers.map(({ body }) => body.name)).size).toBe(3);
});

describe("what the service lacks", () => {
  test("without its KV Store nothing is minted", async () => {
    const lacking = await built.serve({ without: "kv_stores" });
    try {
      const before = await lastRequest();
      expect(codesOf([await exchange(lacking, job, { rule: "plain" })])).toEqual(["store_unavailable"]);
      expect((await lacking.request("/readyz")).status).toBe(503);
      expect(await createsAfter(before)).toEqual([]);
    } finally {
      await lacking.stop();
    }
  });

  test("a secret that is missing is named in the log alone", async () => {
    const lacking = await built.serve({ without: "secrets" });
    try {
      const answer = await exchange(lacking, job, { rule: "plain" });
      expect(codesOf([answer])).toEqual(["internal"]);
      expect(answer.text).not.toContain("PLAIN_");
      expect((await lacking.request("/readyz")).status).toBe(503);
      expect(lacking.output()).toMatch(
        /MissingSecret: the Secret Store token-broker-secrets has no entry PLAIN_(USERNAME|PASSWORD)/,
      );
    } finally {
      await lacking.stop();
    }
  });
});
