import { Redis } from "ioredis";
import { openRedis } from "../../../src/broker/node-redis.ts";
import { createMemoryStore } from "../../../src/broker/store/memory-store.ts";
import { createRedisStore, type SharedMemory } from "../../../src/broker/store/redis-store.ts";
import { type AdmissionRequest, type Store, StoreUnavailable } from "../../../src/broker/store/store.ts";
import { systemClock } from "../../../src/http/clock.ts";
import { hasRedis, startRedis } from "../../support/redis.ts";
import { useRedisStores } from "../../support/stores.ts";

const redis = useRedisStores();

/** As many instances as asked for, on one store that nobody has used before. */
async function instances(kind: "memory" | "Redis", count: number): Promise<Store[]> {
  if (kind === "memory") {
    const store = createMemoryStore(systemClock);
    return Array.from({ length: count }, () => store);
  }
  const space = redis.newSpace();
  return Promise.all(Array.from({ length: count }, () => redis.store(space)));
}

const request: AdmissionRequest = {
  jwtId: "jwt-1",
  keepMs: 60_000,
  rule: "web",
  lease: "lease-1",
  lifetimeMs: 600_000,
  quotas: {},
};

const times = Array.from({ length: 20 }, (_, n) => n);
const both: ("memory" | "Redis")[] = hasRedis ? ["memory", "Redis"] : ["memory"];

describe.each(both)("%s", (kind) => {
  test("a JWT's ID is taken once, by whichever instance comes first", async () => {
    const stores = await instances(kind, 2);
    const admissions = await Promise.all(
      times.map((n) => stores[n % 2]?.admit({ ...request, lease: `lease-${n}` })),
    );
    expect(admissions.filter((one) => one?.kind === "admitted")).toHaveLength(1);
    expect(admissions.filter((one) => one?.kind === "reused")).toHaveLength(19);
  });

  test("a refused quota does not use up the JWT", async () => {
    const [store] = await instances(kind, 1);
    const quotas = { maxLive: 1 };
    expect(await store?.admit({ ...request, quotas })).toEqual({ kind: "admitted" });
    const second = { ...request, jwtId: "jwt-2", lease: "lease-2", quotas };
    expect(await store?.admit(second)).toMatchObject({ kind: "quota-exceeded", quota: "max_live" });
    await store?.withdraw("web", "lease-1");
    expect(await store?.admit(second)).toEqual({ kind: "admitted" });
  });

  test.each([
    ["max_live", { maxLive: 5 }],
    ["per_hour", { perHour: 5 }],
  ])("%s is one quota for all instances", async (quota, quotas) => {
    const stores = await instances(kind, 2);
    const admissions = await Promise.all(
      times.map((n) => stores[n % 2]?.admit({ ...request, jwtId: `jwt-${n}`, lease: `lease-${n}`, quotas })),
    );
    expect(admissions.filter((one) => one?.kind === "admitted")).toHaveLength(5);
    expect(admissions.filter((one) => one?.kind === "quota-exceeded" && one.quota === quota)).toHaveLength(
      15,
    );
  });

  test("a user's room is given out once, to the user with most of it first", async () => {
    const stores = await instances(kind, 2);
    const candidates = [
      { user: "one", limit: 4, rules: 1 },
      { user: "two", limit: 8, rules: 1 },
    ];
    const rooms = await Promise.all(
      times.map((n) => stores[n % 2]?.takeRoom({ id: `${n}`, rule: "web", lifetimeMs: 60_000 }, candidates)),
    );
    const users = rooms.map((room) => (room?.kind === "room" ? room.user : "full"));
    expect(users.filter((user) => user === "one")).toHaveLength(4);
    expect(users.filter((user) => user === "two")).toHaveLength(8);
    expect(await stores[0]?.occupancy(["one", "two"])).toEqual(
      new Map([
        ["one", 4],
        ["two", 8],
      ]),
    );
    await stores[0]?.giveRoomBack("one", `${users.indexOf("one")}`);
    expect(await stores[1]?.takeRoom({ id: "next", rule: "web", lifetimeMs: 1 }, candidates)).toMatchObject({
      kind: "room",
      user: "one",
    });
  });

  test("a token that ended gives back its room and its place in the rule's quota", async () => {
    const [store, other] = await instances(kind, 2);
    const quotas = { maxLive: 1 };
    await store?.admit({ ...request, quotas });
    await store?.takeRoom({ id: "lease-1", rule: "web", lifetimeMs: 600_000 }, [
      { user: "one", limit: 1, rules: 1 },
    ]);
    await store?.keepRoom("one", "lease-1", { tokenId: "token-1", expiresAt: Date.now() + 600_000 });
    expect(await other?.occupancy(["one"])).toEqual(new Map([["one", 1]]));
    await other?.ended("one", ["token-1"]);
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 0]]));
    expect(await store?.admit({ ...request, jwtId: "jwt-2", lease: "lease-2", quotas })).toEqual({
      kind: "admitted",
    });
  });

  test("Fastly's list corrects what is known, but for what was made after it was asked for", async () => {
    const [store, other] = await instances(kind, 2);
    const candidates = [{ user: "one", limit: 10, rules: 1 }];
    for (const id of ["a", "b"]) {
      await store?.takeRoom({ id, rule: "web", lifetimeMs: 600_000 }, candidates);
      await store?.keepRoom("one", id, { tokenId: `token-${id}`, expiresAt: Date.now() + 600_000 });
    }
    const list = { tokens: [{ id: "somebody's", expiresAt: null }] };
    await other?.correct("one", { ...list, askedAt: Date.now() - 60_000 });
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 3]]));
    await other?.correct("one", { ...list, askedAt: Date.now() + 1_000 });
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 1]]));
  });

  test("room that was taken for a token that never came is free after a list that is read minutes later", async () => {
    const [store, other] = await instances(kind, 2);
    const quotas = { maxLive: 1 };
    await store?.admit({ ...request, quotas });
    await store?.takeRoom({ id: "lease-1", rule: "web", lifetimeMs: 600_000 }, [
      { user: "one", limit: 10, rules: 1 },
    ]);
    await other?.correct("one", { tokens: [], askedAt: Date.now() + 60_000 });
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 1]]));
    const tokens = [{ id: "whose answer was lost", expiresAt: Date.now() + 600_000 }];
    await other?.correct("one", { tokens, askedAt: Date.now() + 180_000 });
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 1]]));
    await other?.correct("one", { tokens: [], askedAt: Date.now() + 180_000 });
    expect(await store?.occupancy(["one"])).toEqual(new Map([["one", 0]]));
    expect(await store?.admit({ ...request, jwtId: "jwt-2", lease: "lease-2", quotas })).toEqual({
      kind: "admitted",
    });
  });

  test("what is good for one use is used once, and first sight is remembered", async () => {
    const [store, other] = await instances(kind, 2);
    expect(await store?.takeOnce("code", 60_000)).toBe(true);
    expect(await other?.takeOnce("code", 60_000)).toBe(false);
    const at = await store?.firstSeen("key", 60_000);
    expect(await other?.firstSeen("key", 60_000)).toBe(at);
  });
});

const testWithRedis = hasRedis ? test : test.skip;

testWithRedis("a token that is made while a correction waits for the store keeps its room", async () => {
  const shared = await redis.memory("late correction");
  const gate = Promise.withResolvers<void>();
  const store = createRedisStore(shared, systemClock);
  const late: SharedMemory = {
    ...shared,
    run: async (script, ...rest) => {
      if (script === "correct") await gate.promise;
      return shared.run(script, ...rest);
    },
  };
  redis.close(store);
  await store.takeRoom({ id: "a", rule: "web", lifetimeMs: 600_000 }, [{ user: "one", limit: 9, rules: 1 }]);
  const askedAt = Date.now();
  const corrected = createRedisStore(late, systemClock).correct("one", { askedAt, tokens: [] });
  await store.keepRoom("one", "a", { tokenId: "token-a", expiresAt: Date.now() + 600_000 });
  for (const keptAt = Date.now(); Date.now() < keptAt + 5; ) await store.ping();
  gate.resolve();
  await corrected;
  expect(await store.occupancy(["one"])).toEqual(new Map([["one", 1]]));
});

testWithRedis(
  "a token is counted until it expires, however long nothing else is asked of its user",
  async () => {
    const store = await redis.store("idle");
    const admin = new Redis(redis.url());
    const keptMs = () => admin.pttl("{idle}:user:one:live");
    const dayMs = 86_400_000;
    const correct = (...ends: (number | null)[]) => {
      const tokens = ends.map((expiresAt, n) => ({ id: `token-${n}`, expiresAt }));
      return store.correct("one", { askedAt: Date.now(), tokens });
    };
    try {
      await correct(Date.now() + dayMs, Date.now() + 30 * dayMs);
      expect(await keptMs()).toBeGreaterThan(30 * dayMs);
      await correct(Date.now() + dayMs, null);
      await store.takeRoom({ id: "a", rule: "web", lifetimeMs: dayMs }, [
        { user: "one", limit: 9, rules: 1 },
      ]);
      const forGood = -1;
      expect(await keptMs()).toBe(forGood);
      await correct(Date.now() + dayMs);
      expect(await keptMs()).toBeGreaterThan(dayMs);
    } finally {
      admin.disconnect();
    }
  },
);

testWithRedis("a server that gives no answer fails every request", async () => {
  const server = await startRedis();
  try {
    const store = createRedisStore(await openRedis(server.url, "stall", () => {}), systemClock);
    redis.close(store);
    await store.ping();
    server.pause();
    const admissions = times.map((n) => store.admit({ ...request, jwtId: `jwt-${n}`, lease: `lease-${n}` }));
    for (const result of await Promise.allSettled(admissions))
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailable) });
    server.resume();
  } finally {
    await server.stop();
  }
});

testWithRedis("after a failover, a server that has become a replica is left for the primary", async () => {
  const server = await startRedis();
  const admin = new Redis(server.url);
  try {
    const outage = Promise.withResolvers<string>();
    const shared = await openRedis(server.url, "failover", outage.resolve);
    const store = createRedisStore(shared, systemClock);
    redis.close(store);
    await store.ping();
    await admin.replicaof("127.0.0.1", 1);
    await expect(store.takeOnce("code", 60_000)).rejects.toThrow(StoreUnavailable);
    await outage.promise;
    await admin.call("REPLICAOF", "NO", "ONE");
    const isTaken = () => store.takeOnce("code", 60_000).catch(() => false);
    while (!(await isTaken())) await new Promise((again) => setTimeout(again, 20));
  } finally {
    admin.disconnect();
    await server.stop();
  }
});

testWithRedis("out of reach, every operation says so at once, and goes on once it is back", async () => {
  const server = await startRedis();
  try {
    const outage = Promise.withResolvers<string>();
    const shared = await openRedis(server.url, "outage", outage.resolve);
    const store = createRedisStore(shared, systemClock);
    redis.close(store);
    await store.ping();
    await server.kill();
    await expect(store.ping()).rejects.toThrow(StoreUnavailable);
    await expect(store.admit(request)).rejects.toThrow(StoreUnavailable);
    await expect(store.takeOnce("code", 1)).rejects.toThrow(StoreUnavailable);
    expect(await outage.promise).not.toContain("password");
    await server.start();
    while (
      await store.ping().then(
        () => false,
        () => true,
      )
    )
      await new Promise((again) => setTimeout(again, 20));
    expect(await store.admit(request)).toEqual({ kind: "admitted" });
  } finally {
    await server.stop();
  }
});
