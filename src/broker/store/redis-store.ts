import type { Clock } from "../../http/clock.ts";
import type { RedisScript } from "./redis-scripts.ts";
import { type Admission, type Room, type Store, unlessAway } from "./store.ts";

/** A Redis or Valkey server that instances share. Each operation is atomic, and rejects with `StoreUnavailable`. */
export interface SharedMemory {
  run(script: RedisScript, keys: readonly string[], args?: readonly (string | number)[]): Promise<unknown>;
  /** @returns false where the key was there */
  takeOnce(key: string, keepMs: number): Promise<boolean>;
  ping(): Promise<void>;
  /** Calls this each time that the server is there again. */
  onConnected(listener: () => void): void;
  close(): Promise<void>;
}

/** Keeps in Redis what instances have in common, by the server's own clock. */
export function createRedisStore(shared: SharedMemory, clock: Clock): Store {
  const withdrawals = withdrawalsFrom(shared);
  return {
    admit: async ({ jwtId, keepMs, rule, lease, lifetimeMs, quotas: { maxLive = "", perHour = "" } }) => {
      const keys = [ruleKey(rule), onceKey(jwtId)];
      return admissionOf(
        await shared.run("admit", keys, [lease, lifetimeMs, whole(keepMs), maxLive, perHour]),
      );
    },
    withdraw: withdrawals.withdraw,
    takeOnce: (key, keepMs) => shared.takeOnce(onceKey(key), whole(keepMs)),
    firstSeen: async (key, keepMs) => Number(await shared.run("firstSeen", [seenKey(key)], [whole(keepMs)])),
    takeRoom: async ({ id, rule, lifetimeMs }, candidates) => {
      const keys = candidates.map(({ user }) => userKey(user));
      const each = candidates.flatMap(({ limit, rules }) => [limit, rules]);
      const found = await shared.run("takeRoom", keys, [id, rule, lifetimeMs, ...each]);
      return roomOf(
        found,
        candidates.map(({ user }) => user),
      );
    },
    keepRoom: async (user, lease, { tokenId, expiresAt }) => {
      await shared.run("keepRoom", [userKey(user), rules], [lease, tokenId, scoreOf(expiresAt)]);
    },
    giveRoomBack: async (user, lease) => {
      await shared.run("giveRoomBack", [userKey(user)], [lease]);
    },
    noteWrites: async (user, { remaining, resetsAt }) => {
      await shared.run("noteWrites", [userKey(user)], [remaining, resetsAt]);
    },
    ended: async (user, tokenIds) => {
      await shared.run("ended", [userKey(user), rules], tokenIds);
    },
    correct: async (user, { askedAt, tokens }) => {
      // Leases are dated by the server's clock, the list by this machine's, which is read after the server's.
      const now = Number(await shared.run("currentTime", []));
      const listed = tokens.flatMap(({ id, expiresAt }) => [id, scoreOf(expiresAt)]);
      const args = [now - (clock.now() - askedAt), ...listed];
      return Number(await shared.run("correct", [userKey(user), rules], args));
    },
    occupancy: async (users) => {
      const counts = (await shared.run("occupancy", users.map(userKey))) as number[];
      return new Map(users.map((user, n) => [user, counts[n] ?? 0] as const));
    },
    ping: () => shared.ping().then(withdrawals.again),
    close: () => shared.close(),
  };
}

const mostOwed = 10_000;

/**
 * Withdraws what an admission took of its rule. What the server does not confirm is withdrawn again once the server is
 * back, or answers a ping, since the place would otherwise stay taken for as long as a token may live.
 */
function withdrawalsFrom(shared: SharedMemory) {
  /** Rules, by lease. */
  const owed = new Map<string, string>();
  const again = () => {
    for (const [lease, rule] of owed) withdraw(rule, lease).catch(unlessAway);
  };
  shared.onConnected(again);

  async function withdraw(rule: string, lease: string): Promise<void> {
    try {
      await shared.run("withdraw", [ruleKey(rule)], [lease]);
      owed.delete(lease);
    } catch (error) {
      const [oldest] = owed.keys();
      if (owed.size >= mostOwed && oldest !== undefined) owed.delete(oldest);
      owed.set(lease, rule);
      throw error;
    }
  }

  return { withdraw, again };
}

function admissionOf(reply: unknown): Admission {
  const [kind, retryAfterMs = 0] = reply as [string, number?];
  if (kind === "per_hour" || kind === "max_live")
    return { kind: "quota-exceeded", quota: kind, retryAfterMs };
  return { kind: kind === "admitted" ? "admitted" : "reused" };
}

function roomOf(reply: unknown, users: readonly string[]): Room {
  const [number, amount, outOfWrites] = reply as [number, number, number?];
  const user = users[number - 1];
  if (user !== undefined) return { kind: "room", user, left: amount };
  return { kind: "full", freeInMs: amount < 0 ? undefined : amount, outOfWrites: outOfWrites === 1 };
}

/** Sorted sets know infinity by this word. */
function scoreOf(expiresAt: number | null): string | number {
  return expiresAt === null || expiresAt === Number.POSITIVE_INFINITY ? "+inf" : expiresAt;
}

const whole = (ms: number) => Math.max(1, Math.ceil(ms));

const rules = "rule:";
const ruleKey = (id: string) => `${rules}${id}`;
const userKey = (id: string) => `user:${id}`;
const onceKey = (key: string) => `once:${key}`;
const seenKey = (key: string) => `seen:${key}`;
