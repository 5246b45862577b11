import * as fc from "fast-check";
import { createMemoryStore } from "../../../src/broker/store/memory-store.ts";
import type { Store } from "../../../src/broker/store/store.ts";
import { systemClock } from "../../../src/http/clock.ts";
import { hasRedis } from "../../support/redis.ts";
import { useRedisStores } from "../../support/stores.ts";

/* The store in memory and the one in Redis count in different languages: whatever is asked of them, both answer alike. */

const redis = useRedisStores();
const hourMs = 3_600_000;

/** `at` is the operation's place in the sequence: its own lease and token are named after it. */
type Operation = (store: Store, now: number, at: number) => Promise<unknown>;

const user = fc.constantFrom("one", "two");
const rule = fc.constantFrom("web", "edge");
const hours = fc.integer({ min: 2, max: 9 }).map((count) => count * hourMs);
const quota = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const candidate = fc.record({ user, limit: fc.integer({ min: 2, max: 6 }), rules: fc.constantFrom(1, 2) });
const candidates = fc.uniqueArray(candidate, { minLength: 1, selector: (one) => one.user });
/** One of the latest operations. */
const earlier = fc.integer({ min: 1, max: 12 });
const several = fc.uniqueArray(earlier, { maxLength: 8 });

const exchange = fc
  .record({ rule, lifetimeMs: hours, maxLive: quota, perHour: quota, candidates, isMade: fc.boolean() })
  .map(({ rule, lifetimeMs, maxLive, perHour, candidates, isMade }): Operation => {
    return async (store, now, at) => {
      const lease = `lease-${at}`;
      const quotas = { maxLive, perHour };
      const admission = await store.admit({
        jwtId: `jwt-${at}`,
        keepMs: hourMs,
        rule,
        lease,
        lifetimeMs,
        quotas,
      });
      const room = await store.takeRoom({ id: lease, rule, lifetimeMs }, candidates);
      if (room.kind === "room" && isMade)
        await store.keepRoom(room.user, lease, { tokenId: `token-${at}`, expiresAt: now + lifetimeMs });
      return { admission, room };
    };
  });

const change: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(user, earlier).map(
    ([user, ago]): Operation =>
      (store, _, at) =>
        store.giveRoomBack(user, `lease-${at - ago}`),
  ),
  fc.tuple(rule, earlier).map(
    ([rule, ago]): Operation =>
      (store, _, at) =>
        store.withdraw(rule, `lease-${at - ago}`),
  ),
  fc.tuple(user, several).map(([user, ago]): Operation => {
    return (store, _, at) =>
      store.ended(
        user,
        ago.map((one) => `token-${at - one}`),
      );
  }),
  fc
    .tuple(user, fc.constantFrom(-hourMs, hourMs), several, fc.boolean())
    .map(([user, asked, ago, ends]): Operation => {
      return (store, now, at) => {
        const tokens = ago.map((one) => ({
          id: `token-${at - one}`,
          expiresAt: ends ? now + one * hourMs : null,
        }));
        return store.correct(user, { askedAt: now + asked, tokens });
      };
    }),
  fc
    .tuple(user, fc.integer({ min: 4, max: 30 }), fc.constantFrom(hourMs, 2 * hourMs))
    .map(([user, remaining, ms]): Operation => {
      return (store, now) => store.noteWrites(user, { remaining, resetsAt: now + ms });
    }),
  earlier.map(
    (ago): Operation =>
      (store, _, at) =>
        store.takeOnce(`jwt-${at - ago}`, hourMs),
  ),
);

/** The two read their clocks some moments apart. */
function inWholeHours(result: unknown): unknown {
  const rounded = (key: string, value: unknown) =>
    typeof value === "number" && key.endsWith("Ms") ? Math.round(value / hourMs) : value;
  return JSON.parse(JSON.stringify(result ?? null, rounded));
}

(hasRedis ? test : test.skip)("whatever is asked, Redis counts as memory does", async () => {
  const operations = fc.array(
    fc.oneof({ weight: 3, arbitrary: exchange }, { weight: 2, arbitrary: change }),
    {
      minLength: 30,
      maxLength: 90,
    },
  );
  const property = fc.asyncProperty(operations, async (sequence) => {
    const now = Date.now();
    const memory = createMemoryStore(systemClock);
    const shared = await redis.store(redis.newSpace());
    for (const [at, ask] of sequence.entries()) {
      const [expected, found] = [await ask(memory, now, at), await ask(shared, now, at)];
      expect(inWholeHours(found)).toEqual(inWholeHours(expected));
      expect(await shared.occupancy(["one", "two"])).toEqual(await memory.occupancy(["one", "two"]));
    }
  });
  await fc.assert(property, { numRuns: 100 });
});
