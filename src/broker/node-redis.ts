import { Redis } from "ioredis";
import { connectionClosed, storeFault, versionFault, wordOf } from "./node-redis-faults.ts";
import { type RedisScript, redisScripts } from "./store/redis-scripts.ts";
import type { SharedMemory } from "./store/redis-store.ts";
import { StoreUnavailable } from "./store/store.ts";

/** A response that takes longer counts as none: the job would rather try again. In milliseconds. */
const longestResponseMs = 2_000;

/**
 * Opens what a Redis or Valkey server keeps. It connects by itself, again and again; while it cannot, every operation
 * rejects at once.
 *
 * @param url `redis://` or `rediss://`, with credentials where the server wants any
 * @param space what is before each key, so that several brokers can share a server
 * @param complain called once for each time that the server cannot be used, with a line on why
 * @param longestMs how long a connection, and a response, may take
 */
export async function openRedis(
  url: string,
  space: string,
  complain: (line: string) => void,
  longestMs = longestResponseMs,
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
  const faults = reportOnce(complain);
  redis.on("ready", async () => {
    faults.connected();
    // A user that may not ask learns nothing.
    const fault = versionFault(url, await redis.info("server").catch(() => ""));
    if (fault !== undefined) faults.refused("info", fault);
  });
  redis.on("error", (error: Error) => faults.disconnected(storeFault(url, error)));
  redis.on("close", () => faults.disconnected(connectionClosed(url)));
  // A broker that starts while Redis is down responds with 503 until it is up.
  await redis.connect().catch(() => {});
  return sharedMemory(redis, url, faults);
}

/** Passes on one line for each time that the server cannot be used, however many commands fail meanwhile. */
function reportOnce(complain: (line: string) => void) {
  let isConnected = true;
  let refused: string | undefined;
  let isReplica = false;
  let isSilent = false;
  let isClosed = false;
  const report = (line: string) => {
    if (isConnected && refused === undefined && !isClosed) complain(line);
  };
  return {
    connected: () => {
      isConnected = true;
      // A replica is left for another connection each time that it refuses a command.
      if (!isReplica) refused = undefined;
    },
    disconnected: (line: string) => {
      report(line);
      isConnected = false;
    },
    /** The server is there, and does not do what it is asked. */
    refused: (command: string, line: string, word?: string) => {
      report(line);
      isReplica = word === "READONLY";
      isSilent = word === "ETIMEDOUT";
      refused ??= command;
    },
    /** Other commands may work all along: a server without memory still deletes. One that was silent responds again. */
    worked: (command: string) => {
      if (command === refused || isSilent) refused = undefined;
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** The commands that ioredis makes of the scripts. */
type ScriptCommands = Record<
  RedisScript,
  (keys: number, ...keysAndArgs: (string | number)[]) => Promise<unknown>
>;

function sharedMemory(redis: Redis, url: string, faults: ReturnType<typeof reportOnce>): SharedMemory {
  const commands = redis as unknown as ScriptCommands;

  async function reach<T>(command: string, response: Promise<T>): Promise<T> {
    try {
      const reply = await response;
      faults.worked(command);
      return reply;
    } catch (failure) {
      const error = failure as Error;
      const word = wordOf(error);
      if (word !== undefined) faults.refused(command, storeFault(url, error), word);
      const wasSent = !error.message.includes("enableOfflineQueue");
      throw new StoreUnavailable(`Redis cannot be used${word ? ` (${word})` : ""}`, { wasSent });
    }
  }

  return {
    run: (script, keys, args = []) => reach(script, commands[script](keys.length, ...keys, ...args)),
    takeOnce: async (key, keepMs) => (await reach("set", redis.set(key, "1", "PX", keepMs, "NX"))) === "OK",
    ping: async () => {
      await reach("ping", redis.ping());
    },
    onConnected: (listener) => void redis.on("ready", listener),
    close: async () => {
      faults.close();
      redis.disconnect();
    },
  };
}
