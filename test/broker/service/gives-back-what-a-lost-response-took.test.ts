import { Redis } from "ioredis";
import { openRedis } from "../../../src/broker/node-redis.ts";
import { createRedisStore } from "../../../src/broker/store/redis-store.ts";
import { StoreUnavailable } from "../../../src/broker/store/store.ts";
import { systemClock } from "../../../src/http/clock.ts";
import { startBroker } from "../../support/broker.ts";
import { hasRedis, type RunningRedis, startRedis } from "../../support/redis.ts";
import { startRedisProxy } from "../../support/redis-proxy.ts";
import { audience, configOf, exchange, expectRefusal, purgeRule, useWorld } from "./world.ts";

const world = useWorld();
const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis("over a connection to Redis that breaks", () => {
  let redis: RunningRedis;
  let proxy: Awaited<ReturnType<typeof startRedisProxy>>;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startRedisProxy(redis.url);
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    admin.disconnect();
    proxy.stop();
    await redis.stop();
  });

  const placesOf = (space: string, rule: string) => admin.zcard(`{${space}}:rule:${rule}:live`);

  async function untilFree(space: string, rule: string): Promise<void> {
    while ((await placesOf(space, rule)) > 0) await new Promise((again) => setTimeout(again, 20));
  }

  test("a job whose admission had no response takes no place of its rule", async () => {
    const user = await world.fastly.addUser();
    const rules = [purgeRule(["ci-web"], user.services, { grant: { max_live: 1, per_hour: 1 } })];
    const more = { store: { env: "STORE_URL" } };
    const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }], rules, more });
    const broker = await startBroker(config, { env: { ...env, STORE_URL: proxy.url } });
    try {
      proxy.dropResponse("admitted");
      const refused = await exchange(broker, await world.github.registerJob());
      expectRefusal(refused, 503, "store_unavailable");
      await untilFree(`fastly-token-broker ${audience}`, "web-purge");
      expect((await exchange(broker, await world.github.registerJob())).status).toBe(200);
    } finally {
      await broker.stop();
    }
  });

  test("what Redis refused to withdraw is given back after the next ping", async () => {
    const store = createRedisStore(await openRedis(proxy.url, "refusing", () => {}), systemClock);
    const request = { keepMs: 60_000, lifetimeMs: 600_000, rule: "web", quotas: { maxLive: 1 } };
    try {
      await store.admit({ ...request, jwtId: "jwt-1", lease: "lease-1" });
      await admin.config("SET", "min-replicas-to-write", "1");
      await expect(store.withdraw("web", "lease-1")).rejects.toThrow(StoreUnavailable);
      await admin.config("SET", "min-replicas-to-write", "0");
      expect(await placesOf("refusing", "web")).toBe(1);
      await store.ping();
      await untilFree("refusing", "web");
    } finally {
      await store.close();
    }
  });

  test("what is withdrawn while Redis is away is given back once it is there again", async () => {
    const store = createRedisStore(await openRedis(proxy.url, "away", () => {}), systemClock);
    const request = { keepMs: 60_000, lifetimeMs: 600_000, rule: "web", quotas: { maxLive: 1, perHour: 1 } };
    try {
      expect(await store.admit({ ...request, jwtId: "jwt-1", lease: "lease-1" })).toEqual({
        kind: "admitted",
      });
      proxy.leave();
      await expect(store.withdraw("web", "lease-1")).rejects.toThrow(StoreUnavailable);
      expect(await placesOf("away", "web")).toBe(1);
      proxy.comeBack();
      await untilFree("away", "web");
      expect(await store.admit({ ...request, jwtId: "jwt-2", lease: "lease-2" })).toEqual({
        kind: "admitted",
      });
    } finally {
      await store.close();
    }
  });
});
