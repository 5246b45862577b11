import { openRedis } from "../../src/broker/node-redis.ts";
import { createRedisStore, type SharedMemory } from "../../src/broker/store/redis-store.ts";
import type { Store } from "../../src/broker/store/store.ts";
import { systemClock } from "../../src/http/clock.ts";
import { hasRedis, type RunningRedis, startRedis } from "./redis.ts";

/** Far above what a response takes on a busy machine, in milliseconds. */
const patientMs = 60_000;

/** What Redis holds for a test file, on a server of its own. */
export type RedisStores = {
  url(): string;
  /** A space that nobody has used before. */
  newSpace(): string;
  /** What the server keeps in a space. */
  memory(space: string): Promise<SharedMemory>;
  /** A store in a space, closed after the test. */
  store(space: string): Promise<Store>;
  /** Has a store closed after the test. */
  close(...stores: Store[]): void;
};

export function useRedisStores(): RedisStores {
  let redis: RunningRedis | undefined;
  let spaces = 0;
  const open: Store[] = [];

  beforeAll(async () => {
    if (hasRedis) redis = await startRedis();
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });
  afterAll(() => redis?.stop());

  const url = () => redis?.url ?? "";
  const memory = (space: string) => openRedis(url(), space, () => {}, patientMs);
  return {
    url,
    newSpace: () => `space ${++spaces}`,
    memory,
    store: async (space) => {
      const store = createRedisStore(await memory(space), systemClock);
      open.push(store);
      return store;
    },
    close: (...stores) => void open.push(...stores),
  };
}
