import { Redis, ReplyError } from "ioredis";
import { certificateFault, codeOf } from "../http/node-failures.ts";
import { type RedisScript, redisScripts } from "./store/redis-scripts.ts";
import type { SharedMemory } from "./store/redis-store.ts";
import { StoreUnavailable } from "./store/store.ts";

/** A response that takes longer counts as none: the job would rather try again. In milliseconds. */
const longestMs = 2_000;

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
    scripts: Object.fromEntries(Object.entries(redisScripts).map(([name, lua]) => [name, { lua }])),
  });
  let isOut = false;
  redis.on("ready", () => {
    isOut = false;
  });
  const out = (why: string) => {
    if (!isOut) onOutage(why);
    isOut = true;
  };
  redis.on("error", (error: Error) => out(reasonOf(error)));
  redis.on("close", () => out("the connection was lost"));
  // A broker that starts while it is away responds with 503 until it is there.
  await redis.connect().catch(() => {});
  return sharedMemory(redis, () => {
    isOut = true;
    redis.disconnect();
  });
}

/** The commands that ioredis makes of the scripts. */
type ScriptCommands = Record<
  RedisScript,
  (keys: number, ...keysAndArgs: (string | number)[]) => Promise<unknown>
>;

function sharedMemory(redis: Redis, close: () => void): SharedMemory {
  const commands = redis as unknown as ScriptCommands;
  return {
    run: (script, keys, args = []) => reach(commands[script](keys.length, ...keys, ...args)),
    takeOnce: async (key, keepMs) => (await reach(redis.set(key, "1", "PX", keepMs, "NX"))) === "OK",
    ping: async () => {
      await reach(redis.ping());
    },
    close: async () => close(),
  };
}

/** Of an error only its code is passed on, or the word that Redis begins it with: the rest may hold the URL, and with it a password. */
function reasonOf(error: Error): string {
  const code = wordOf(error) ?? codeOf(error);
  const fault = certificateFault(code);
  return fault ? `its certificate ${fault}, ${code}` : code;
}

function wordOf(error: unknown): string | undefined {
  return error instanceof ReplyError ? /^[A-Z]+/.exec(String((error as Error).message))?.[0] : undefined;
}

async function reach<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    const word = wordOf(error);
    throw new StoreUnavailable(`Redis cannot be reached${word ? ` (${word})` : ""}`);
  }
}
