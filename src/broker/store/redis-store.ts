import type { Clock } from "../../http/clock.ts";
import { isObject } from "../../text/json-object.ts";
import { noCounts } from "./counts.ts";
import { createMemoryStore } from "./memory-store.ts";
import { type Store, StoreUnavailable } from "./store.ts";

/** What a Redis server keeps for all instances. Each operation is atomic, and rejects with `StoreUnavailable`. */
export interface SharedMemory {
  /** The server's own time, in milliseconds since 1970, and what these keys hold. */
  load(keys: readonly string[]): Promise<{ now: number; values: readonly (string | null)[] }>;
  /**
   * Writes all entries, unless one of them is no longer what was loaded, or `once` was taken before.
   *
   * @param keepMs how long the entries are kept, in milliseconds
   */
  save(entries: readonly Entry[], keepMs: number, once?: Once): Promise<"saved" | "changed" | "taken">;
  takeOnce(once: Once): Promise<boolean>;
  firstSeen(once: Once): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Entry {
  key: string;
  /** What was loaded; null where there was nothing. */
  before: string | null;
  after: string;
}

export interface Once {
  key: string;
  keepMs: number;
}

/** Longer than any token lives: what was not touched for so long counts nothing any more. */
const keepMs = 26 * 3_600_000;

/** So often another instance may be first before it is taken for an outage. */
const mostTries = 100;

/** What an operation reads and changes. */
interface Touched {
  users?: readonly string[];
  rules?: readonly string[];
  /** The rules of the user's leases as well. */
  andTheirRules?: boolean;
}

interface How<T> {
  /** Whether nothing was taken before. */
  isFirst?: boolean;
  /** What a result takes for good, and the result where it was taken before. */
  onceFor?: (result: T) => (Once & { otherwise: T }) | undefined;
}

/**
 * Keeps in Redis what instances have in common. It counts by the very lines that count in memory: what an operation
 * touches is loaded, changed here, and written only if nobody else wrote meanwhile; otherwise it is done once more.
 *
 * Long, because its functions share the server and what is under way in this process.
 */
export function createRedisStore(shared: SharedMemory, clock: Clock, newVersion: () => string): Store {
  /** What was begun last for each key, so that this process does not race against itself. */
  const underWay = new Map<string, Promise<unknown>>();

  /** @param isFirst whether nothing was taken yet: then it fails with what it waited for, as soon as the store is away */
  async function inTurn<T>(keys: readonly string[], isFirst: boolean, work: () => Promise<T>): Promise<T> {
    const before = Promise.allSettled(keys.map((key) => underWay.get(key)));
    const done = before.then((results) => {
      if (isFirst) throwIfAway(results);
      return work();
    });
    for (const key of keys) underWay.set(key, done);
    try {
      return await done;
    } finally {
      for (const key of keys) if (underWay.get(key) === done) underWay.delete(key);
    }
  }

  function change<T>(
    touched: Touched,
    work: (store: Store, now: number) => Promise<T>,
    { isFirst = false, onceFor = () => undefined }: How<T> = {},
  ): Promise<T> {
    return inTurn(keysOf(touched), isFirst, async () => {
      for (let tries = 0; tries < mostTries; tries++) {
        const { now, counts, before } = await load(touched);
        const result = await work(createMemoryStore({ ...clock, now: () => now }, counts), now);
        const once = onceFor(result);
        const entries = changed(before, newVersion());
        if (entries.length === 0 && !once) return result;
        const outcome = await shared.save(entries, keepMs, once);
        if (outcome === "saved") return result;
        if (outcome === "taken" && once) return once.otherwise;
      }
      throw new StoreUnavailable("other instances were always first");
    });
  }

  async function load({ users = [], rules = [], andTheirRules = false }: Touched) {
    const counts = noCounts();
    const before: Before = new Map();
    let now = clock.now();
    if (users.length > 0) ({ now } = await loadInto(users.map(userKey), users, counts.users, before));
    const known = andTheirRules
      ? [...counts.users.values()].flatMap(({ leases }) => [...leases.values()].map(({ rule }) => rule))
      : [];
    const all = [...new Set([...rules, ...known])];
    if (all.length > 0) ({ now } = await loadInto(all.map(ruleKey), all, counts.rules, before));
    return { now, counts, before };
  }

  async function loadInto<V>(
    keys: readonly string[],
    names: readonly string[],
    into: Map<string, V>,
    before: Before,
  ): Promise<{ now: number }> {
    const { now, values } = await shared.load(keys);
    for (const [index, name] of names.entries()) {
      const was = values[index] ?? null;
      if (was !== null) into.set(name, JSON.parse(was.slice(versionLength), decodeValue) as V);
      before.set(keys[index] ?? "", { was, read: () => into.get(name) });
    }
    return { now };
  }

  return {
    admit: (request) =>
      change({ rules: [request.rule] }, (store) => store.admit(request), {
        isFirst: true,
        onceFor: ({ kind }) =>
          kind === "admitted"
            ? { key: onceKey(request.jwtId), keepMs: request.keepMs, otherwise: { kind: "reused" } }
            : undefined,
      }),
    withdraw: (rule, lease) => change({ rules: [rule] }, (store) => store.withdraw(rule, lease)),
    takeOnce: (key, keep) => shared.takeOnce({ key: onceKey(key), keepMs: keep }),
    firstSeen: (key, keep) => shared.firstSeen({ key: seenKey(key), keepMs: keep }),
    takeRoom: (lease, candidates) =>
      change({ users: candidates.map(({ user }) => user) }, (store) => store.takeRoom(lease, candidates), {
        isFirst: true,
      }),
    keepRoom: (user, lease, token) => change(ofUser(user), (store) => store.keepRoom(user, lease, token)),
    giveRoomBack: (user, lease) => change({ users: [user] }, (store) => store.giveRoomBack(user, lease)),
    noteWrites: (user, left) => change({ users: [user] }, (store) => store.noteWrites(user, left)),
    ended: (user, tokenIds) => change(ofUser(user), (store) => store.ended(user, tokenIds)),
    correct: (user, { askedAt, tokens }) =>
      change(ofUser(user), (store, now) =>
        // Leases are dated by the server's clock, the list by this machine's, which is read after the server's.
        store.correct(user, { askedAt: now - (clock.now() - askedAt), tokens }),
      ),
    occupancy: async (users) => {
      const { now, counts } = await load({ users });
      return createMemoryStore({ ...clock, now: () => now }, counts).occupancy(users);
    },
    ping: () => shared.ping(),
    close: () => shared.close(),
  };
}

function throwIfAway(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results)
    if (result.status === "rejected" && result.reason instanceof StoreUnavailable) throw result.reason;
}

/** What was loaded of each key, and what it has become here. */
type Before = Map<string, { was: string | null; read: () => unknown }>;

/** Before each text stands a word of its own: what tells whether it was written meanwhile. */
export const versionLength = 16;

function changed(before: Before, version: string): Entry[] {
  return [...before].flatMap(([key, { was, read }]) => {
    const text = JSON.stringify(read(), encodeValue);
    const isAsItWas = text === undefined || text === was?.slice(versionLength);
    return isAsItWas ? [] : [{ key, before: was, after: version.slice(0, versionLength) + text }];
  });
}

/** JSON knows neither maps nor infinity. */
function encodeValue(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { "#map": [...value] };
  return value === Number.POSITIVE_INFINITY ? { "#never": true } : value;
}

function decodeValue(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value["#map"])) return new Map(value["#map"]);
  return value["#never"] === true ? Number.POSITIVE_INFINITY : value;
}

function ofUser(user: string): Touched {
  return { users: [user], andTheirRules: true };
}

function keysOf({ users = [], rules = [] }: Touched): string[] {
  return [...users.map(userKey), ...rules.map(ruleKey)];
}

const userKey = (id: string) => `user:${id}`;
const ruleKey = (id: string) => `rule:${id}`;
const onceKey = (key: string) => `once:${key}`;
const seenKey = (key: string) => `seen:${key}`;
