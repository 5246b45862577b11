import { KVStore } from "fastly:kv-store";
import { StoreUnavailable } from "../store/store.ts";

/** Fastly's KV Store, as much of it as is used. Whatever fails in it makes it unavailable. */
export interface Kv {
  get(key: string): Promise<string | undefined>;
  /** @returns false where the key was written a moment ago: it takes one write a second */
  put(key: string, value: string, keepMs: number): Promise<boolean>;
  /** @returns false where the key is there */
  add(key: string, value: string, keepMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** The rest of each name that begins so. */
  list(prefix: string): Promise<string[]>;
}

export function openKv(name: string): Kv {
  let opened: KVStore | undefined;

  /** A store that is not linked to the service is found out by opening it. */
  async function use<T>(work: (store: KVStore) => Promise<T>): Promise<T> {
    try {
      opened ??= new KVStore(name);
      return await work(opened);
    } catch (error) {
      throw new StoreUnavailable("the KV Store failed", { cause: error });
    }
  }

  return {
    get: (key) =>
      use(async (store) => {
        const entry = await store.get(key);
        return entry ? await entry.text() : undefined;
      }),
    put: (key, value, keepMs) =>
      use((store) => unless(/too many requests/i, store.put(key, value, { ttl: secondsOf(keepMs) }))),
    add: (key, value, keepMs) =>
      use((store) =>
        unless(/precondition failed/i, store.put(key, value, { mode: "add", ttl: secondsOf(keepMs) })),
      ),
    delete: (key) =>
      use(async (store) => {
        await unless(/not found/i, store.delete(key));
      }),
    list: (prefix) =>
      use(async (store) => {
        const names: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
          names.push(...page.list);
          cursor = page.cursor;
        } while (cursor !== undefined);
        return names.map((name) => name.slice(prefix.length));
      }),
  };
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** @returns false where it failed with that message: the runtime has no other way to distinguish errors */
async function unless(message: RegExp, work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Error && message.test(error.message)) return false;
    throw error;
  }
}
