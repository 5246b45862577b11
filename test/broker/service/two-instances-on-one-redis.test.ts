import { type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { delay } from "../../support/faults.ts";
import { hasRedis, type RunningRedis, startRedis } from "../../support/redis.ts";
import { configOf, exchange, exchangeOf, purgeRule, useWorld } from "./world.ts";

const world = useWorld();
let redis: RunningRedis;
let user: AddedUser;
let brokers: RunningBroker[] = [];
let served: { config: object; env: Record<string, string> };

const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis("two instances on one Redis", () => {
  beforeAll(async () => {
    [redis, user] = await Promise.all([startRedis(), world.fastly.addUser({ customer: "new" })]);
    const rule = purgeRule(["ci-web"], user.services);
    const limited = { ...rule, id: "three-an-hour", grant: { ...rule.grant, per_hour: 3 } };
    const ofNobody = { ...purgeRule(["ci-web"], ["7i6HN3TK9wS159v2gPAZ8A"]), id: "of-nobody" };
    const { config, env } = await configOf(world, {
      users: [{ id: "ci-web", user }],
      rules: [rule, limited, ofNobody],
      more: { store: { env: "STORE_URL" } },
    });
    served = { config, env: { ...env, STORE_URL: redis.url } };
    brokers = await Promise.all([startBroker(config, served), startBroker(config, served)]);
  });
  afterAll(async () => {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await redis.stop();
  });

  function instance(n: number): RunningBroker {
    const broker = brokers[n % brokers.length];
    if (!broker) throw new Error("The instances run only while tests do.");
    return broker;
  }

  async function startStoreAgain(): Promise<void> {
    await redis.start();
    const isReady = async (n: number) => (await instance(n).request("/readyz")).status === 200;
    while (!((await isReady(0)) && (await isReady(1)))) await new Promise((again) => setTimeout(again, 50));
  }

  const codes = (answers: { status: number; body: { error_code?: string } }[]) =>
    answers.map(({ status, body }) => body.error_code ?? status).toSorted();

  test("a JWT makes one token, whichever instances are asked at once", async () => {
    const before = (await world.fastly.liveTokens(user.userId)).length;
    const form = await exchangeOf(await world.github.registerJob());
    const answers = await Promise.all([0, 1, 2, 3].map((n) => instance(n).post("/v1/token", form)));
    expect(codes(answers)).toEqual([200, "token_reused", "token_reused", "token_reused"]);
    expect(await world.fastly.liveTokens(user.userId)).toHaveLength(before + 1);
  });

  test("a rule has one quota", async () => {
    const jobs = await Promise.all([0, 1, 2, 3, 4].map(() => world.github.registerJob()));
    const answers = await Promise.all(
      jobs.map((job, n) => exchange(instance(n), job, { rule: "three-an-hour" })),
    );
    expect(codes(answers)).toEqual([200, 200, 200, "quota_exceeded", "quota_exceeded"]);
  });

  test("with the store away nothing is minted, and once it is back it goes on", async () => {
    const job = await world.github.registerJob();
    await redis.kill();
    const before = (await world.fastly.requests()).length;
    const refused = await exchange(instance(0), job);
    expect({ status: refused.status, code: refused.body.error_code }).toEqual({
      status: 503,
      code: "store_unavailable",
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await instance(1).request("/readyz")).status).toBe(503);
    expect((await instance(1).request("/healthz")).status).toBe(200);
    expect(await world.fastly.requests()).toHaveLength(before);

    await startStoreAgain();
    expect((await exchange(instance(0), job)).status).toBe(200);
    expect((await exchange(instance(1), job)).status).toBe(200);
  });

  test("with the store away once the token is made, the job gets it", async () => {
    const job = await world.github.registerJob();
    const create = { method: "POST", path: "/tokens" };
    const after = await world.fastly.lastRequest();
    await world.fastly.fault({ match: create, times: 1, fault: { kind: "delay", ms: 1_500 } });
    const answer = exchange(instance(0), job);
    await world.fastly.nextRequest({ ...create, after, phase: "received" });
    await redis.kill();
    expect((await answer).status).toBe(200);
    await startStoreAgain();
  });

  /** What an exchange answers where something else happens while its create is under way. */
  async function exchangeWhile(broker: RunningBroker, rule: string, happens: () => Promise<void>) {
    await world.fastly.inject("POST /tokens", delay(1_500));
    const after = await world.fastly.lastRequest();
    const answer = exchange(broker, await world.github.registerJob(), { rule });
    await world.fastly.nextRequest({ method: "POST", path: "/tokens", after, phase: "received" });
    await happens();
    return await answer;
  }

  test("with the store and the audit away once the token is made, it is ended, and the job learns of the audit", async () => {
    const own = await startBroker(served.config, served);
    const live = await world.fastly.liveTokens(user.userId);
    try {
      const { status, body } = await exchangeWhile(own, "web-purge", async () => {
        own.breakAudit();
        await redis.kill();
      });
      expect([status, body.error_description]).toEqual([500, "The audit log could not be written."]);
      expect(await world.fastly.liveTokens(user.userId)).toEqual(live);
      expect((await own.request("/metrics")).text).toContain("\nfastly_broker_faults_total 0\n");
    } finally {
      await own.stop();
      await startStoreAgain();
    }
  });

  test("with the store away once Fastly has refused, the job learns of the refusal", async () => {
    try {
      const { status, body } = await exchangeWhile(instance(0), "of-nobody", redis.kill);
      expect([status, body.error_code]).toEqual([502, "upstream_refused"]);
    } finally {
      await startStoreAgain();
    }
  });

  test("the store's password is in no line of theirs", () => {
    for (const broker of brokers) expect(broker.output()).not.toContain("a-redis-password");
  });
});
