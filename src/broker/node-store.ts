import type { Clock } from "../http/clock.ts";
import type { Configuration } from "./config/configuration.ts";
import { complain } from "./node-output.ts";
import { openRedis } from "./node-redis.ts";
import { createMemoryStore } from "./store/memory-store.ts";
import { createRedisStore } from "./store/redis-store.ts";
import type { Store } from "./store/store.ts";

/** Opens the store that the configuration names. */
export async function openStore({ store, audience }: Configuration, clock: Clock): Promise<Store> {
  if (store.kind === "memory") return createMemoryStore(clock);
  const redis = await openRedis(store.url, `fastly-token-broker ${audience}`, complain);
  return createRedisStore(redis, clock);
}

/** Why a configuration cannot take the place of another while the broker runs. */
export function problemOfStore(next: Configuration, current: Configuration): string | undefined {
  const isSame = JSON.stringify(next.store) === JSON.stringify(current.store);
  if (isSame && (next.store.kind === "memory" || next.audience === current.audience)) return undefined;
  return "store: the store cannot change while the broker runs, nor can the audience if the store is Redis. Restart the broker.";
}
