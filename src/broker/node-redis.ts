import { Redis, ReplyError, type Result } from "ioredis";
import { type SharedMemory, versionLength } from "./store/redis-store.ts";
import { StoreUnavailable } from "./store/store.ts";

/** An answer that takes longer is none: the job would rather come again. In milliseconds. */
const longestMs = 2_000;

const load = `
local time = redis.call('TIME')
local values = redis.call('MGET', unpack(KEYS))
for at = 1, #KEYS do values[at] = values[at] or false end
return {time[1], time[2], values}`;

/** KEYS: the entries', and perhaps a last one that may be taken once. ARGV: 1 for each entry's version and text, then times. */
const save = `
local entries = tonumber(ARGV[1])
for at = 1, entries do
  local now = redis.call('GET', KEYS[at]) or ''
  if string.sub(now, 1, ${versionLength}) ~= ARGV[2 * at + 1] then return 'changed' end
end
if #KEYS > entries and not redis.call('SET', KEYS[#KEYS], '1', 'NX', 'PX', ARGV[#ARGV]) then return 'taken' end
for at = 1, entries do redis.call('SET', KEYS[at], ARGV[2 * at + 2], 'PX', ARGV[2]) end
return 'saved'`;

const firstSeen = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('SET', KEYS[1], now, 'NX', 'PX', ARGV[1])
return redis.call('GET', KEYS[1])`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    loadAll(...args: (string | number)[]): Result<[string, string, (string | null)[]], Context>;
    saveAll(...args: (string | number)[]): Result<"saved" | "changed" | "taken", Context>;
    seenFirst(key: string, keepMs: number): Result<string, Context>;
  }
}

/**
 * Opens what a Redis or Valkey server keeps. It connects by itself, again and again; while it cannot, every operation
 * rejects at once.
 *
 * @param url `redis://` or `rediss://`, with credentials where the server wants any
 * @param space what is before each key, so that several brokers can share a server
 * @param onOutage called once for each time that the server goes out of reach, with a word on why
 */
export async function openRedis(
  url: string,
  space: string,
  onOutage: (why: string) => void,
): Promise<SharedMemory> {
  const redis = new Redis(url, {
    lazyConnect: true,
    // All keys of a cluster in one place, since scripts touch several.
    keyPrefix: `{${space}}:`,
    connectTimeout: longestMs,
    commandTimeout: longestMs,
    // What waits for a connection, or is sent twice, could take what nobody gets.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover the connection may lead to a replica, which takes no writes: a new one finds the primary.
    reconnectOnError: ({ message }) => message.includes("READONLY"),
    retryStrategy: (times) => Math.min(1_000, 50 * times),
    scripts: {
      loadAll: { lua: load },
      saveAll: { lua: save },
      seenFirst: { lua: firstSeen, numberOfKeys: 1 },
    },
  });
  let isOut = false;
  redis.on("ready", () => {
    isOut = false;
  });
  const out = (why: string) => {
    if (!isOut) onOutage(why);
    isOut = true;
  };
  redis.on("error", (error: NodeJS.ErrnoException) => out(error.code ?? error.name));
  redis.on("close", () => out("the connection was lost"));
  // Whoever starts while it is away answers 503 until it is there.
  await redis.connect().catch(() => {});
  return sharedMemory(redis, () => {
    isOut = true;
    redis.disconnect();
  });
}

function sharedMemory(redis: Redis, close: () => void): SharedMemory {
  return {
    load: async (keys) => {
      const [seconds, micros, values] = await reach(redis.loadAll(keys.length, ...keys));
      return { now: Number(seconds) * 1000 + Math.floor(Number(micros) / 1000), values };
    },
    save: (entries, keepMs, once) => {
      const keys = [...entries.map(({ key }) => key), ...(once ? [once.key] : [])];
      const texts = entries.flatMap(({ before, after }) => [before?.slice(0, versionLength) ?? "", after]);
      return reach(
        redis.saveAll(
          keys.length,
          ...keys,
          entries.length,
          keepMs,
          ...texts,
          ...(once ? [ceil(once.keepMs)] : []),
        ),
      );
    },
    takeOnce: async ({ key, keepMs }) =>
      (await reach(redis.set(key, "1", "PX", ceil(keepMs), "NX"))) === "OK",
    firstSeen: async ({ key, keepMs }) => Number(await reach(redis.seenFirst(key, ceil(keepMs)))),
    ping: async () => {
      await reach(redis.ping());
    },
    close: async () => close(),
  };
}

const ceil = (ms: number) => Math.max(1, Math.ceil(ms));

/** Of an error only the word that Redis begins it with is passed on: the rest may hold the URL, and with it a password. */
async function reach<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    const [word] =
      error instanceof ReplyError ? (/^[A-Z]+/.exec(String((error as Error).message)) ?? []) : [];
    throw new StoreUnavailable(`Redis is out of reach${word ? ` (${word})` : ""}`);
  }
}
