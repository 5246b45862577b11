import type { Clock } from "../../http/clock.ts";
import {
  countLive,
  countTaken,
  endsOf,
  exceededQuota,
  forgetOld,
  hasWrites,
  keepLive,
  type Lease,
  liveTokens,
  longestMintMs,
  never,
  type Occupancy,
  type RuleUse,
  smallest,
  unusedRule,
} from "./counts.ts";
import { expiries } from "./expiries.ts";
import type { Admission, AdmissionRequest, Candidate, Room, RoomLease, Store } from "./store.ts";
import { heardOfWrites } from "./writes.ts";

const mostSeen = 20_000;

/** Keeps everything in this process: for a broker that runs once. Long, because its functions share that memory. */
export function createMemoryStore(clock: Clock): Store {
  const users = new Map<string, Occupancy>();
  const rules = new Map<string, RuleUse>();
  const taken = new Map<string, number>();
  const takenUntil = expiries((key, until) => taken.get(key) === until);
  const seen = new Map<string, { at: number; until: number }>();
  const seenUntil = expiries((key, until) => seen.get(key)?.until === until);
  let sweptAt = clock.now();

  function takeOnce(key: string, keepMs: number): boolean {
    const now = clock.now();
    sweep(now);
    if (taken.has(key)) return false;
    taken.set(key, now + keepMs);
    takenUntil.add(key, now + keepMs);
    return true;
  }

  function firstSeen(key: string, keepMs: number): number {
    const now = clock.now();
    sweep(now);
    const known = seen.get(key);
    if (known) return known.at;
    const [oldest] = seen.keys();
    if (seen.size >= mostSeen && oldest !== undefined) seen.delete(oldest);
    seen.set(key, { at: now, until: now + keepMs });
    seenUntil.add(key, now + keepMs);
    return now;
  }

  /** Users and rules that nobody asks for are looked through once a minute. */
  function sweep(now: number): void {
    takenUntil.takeExpired(now, (key) => taken.delete(key));
    seenUntil.takeExpired(now, (key) => seen.delete(key));
    if (now - sweptAt <= 60_000) return;
    sweptAt = now;
    for (const occupancy of users.values()) countLive(occupancy, now);
    for (const use of rules.values()) forgetOld(use, now);
  }

  function userOf(user: string): Occupancy {
    const known = users.get(user) ?? { leases: new Map(), others: [], firstEnd: never };
    users.set(user, known);
    return known;
  }

  function ruleOf(rule: string): RuleUse {
    const known = rules.get(rule) ?? unusedRule();
    rules.set(rule, known);
    return known;
  }

  function admit(request: AdmissionRequest): Admission {
    const { jwtId, keepMs, rule, lease, lifetimeMs, quotas } = request;
    const now = clock.now();
    const use = ruleOf(rule);
    forgetOld(use, now);
    const exceeded = exceededQuota(use, quotas, now);
    if (exceeded) return exceeded;
    if (!takeOnce(jwtId, keepMs)) return { kind: "reused" };
    keepLive(use, lease, now + lifetimeMs);
    if (quotas.perHour !== undefined) use.asked.push({ at: now, lease });
    return { kind: "admitted" };
  }

  function takeRoom({ id, rule, lifetimeMs }: RoomLease, candidates: readonly Candidate[]): Room {
    const now = clock.now();
    let best: { user: string; left: number } | undefined;
    const outOfWrites: number[] = [];
    for (const { user, limit, rules } of candidates) {
      const known = userOf(user);
      const left = limit - countLive(known, now);
      if (!hasWrites(known, rule, rules, now)) outOfWrites.push((known.writes?.resetsAt ?? now) - now);
      else if (left > 0 && (!best || left > best.left)) best = { user, left };
    }
    if (!best && outOfWrites.length === candidates.length)
      return { kind: "full", freeInMs: smallest(outOfWrites), outOfWrites: true };
    if (!best) return { kind: "full", freeInMs: firstEnd(candidates, now), outOfWrites: false };
    const chosen = userOf(best.user);
    if (chosen.writes) countTaken(chosen.writes, rule, 1);
    const expiresAt = now + lifetimeMs;
    chosen.leases.set(id, { rule, expiresAt, madeAt: now, counted: chosen.writes !== undefined });
    chosen.firstEnd = Math.min(chosen.firstEnd, expiresAt);
    return { kind: "room", user: best.user, left: best.left - 1 };
  }

  function firstEnd(candidates: readonly Candidate[], now: number): number | undefined {
    const ends = candidates.flatMap(({ user }) => {
      const { leases, others } = userOf(user);
      return [...leases.values(), ...others].flatMap(({ expiresAt }) => expiresAt ?? []);
    });
    const first = smallest(ends);
    return Number.isFinite(first) ? Math.max(0, first - now) : undefined;
  }

  function end(user: string, isOver: (id: string, lease: Lease) => boolean): number {
    const { leases } = userOf(user);
    const before = leases.size;
    for (const [id, lease] of leases) {
      if (!isOver(id, lease)) continue;
      leases.delete(id);
      rules.get(lease.rule)?.live.delete(id);
    }
    return before - leases.size;
  }

  return {
    remembersSince: clock.now(),
    admit: async (request) => admit(request),
    withdraw: async (rule, lease) => {
      const use = rules.get(rule);
      use?.live.delete(lease);
      if (use) use.asked = use.asked.filter((one) => one.lease !== lease);
    },
    takeOnce: async (key, keepMs) => takeOnce(key, keepMs),
    firstSeen: async (key, keepMs) => firstSeen(key, keepMs),
    takeRoom: async (lease, candidates) => takeRoom(lease, candidates),
    keepRoom: async (user, id, { tokenId, expiresAt }) => {
      const known = userOf(user);
      const lease = known.leases.get(id);
      if (!lease) return;
      Object.assign(lease, { tokenId, expiresAt, madeAt: clock.now() });
      known.firstEnd = Math.min(known.firstEnd, expiresAt);
      keepLive(ruleOf(lease.rule), id, expiresAt);
    },
    giveRoomBack: async (user, id) => {
      const { leases, writes } = userOf(user);
      const lease = leases.get(id);
      if (lease?.counted && writes) countTaken(writes, lease.rule, -1);
      leases.delete(id);
    },
    noteWrites: async (user, left) => {
      const known = userOf(user);
      known.writes = heardOfWrites(known.writes, left, liveTokens(known, clock.now()));
    },
    ended: async (user, tokenIds) => {
      const over = new Set(tokenIds);
      const known = userOf(user);
      known.others = known.others.filter(({ id }) => !over.has(id));
      end(user, (_id, { tokenId }) => tokenId !== undefined && over.has(tokenId));
    },
    correct: async (user, { askedAt, tokens }) => {
      const listed = new Set(tokens.map(({ id }) => id));
      const known = userOf(user);
      const count = end(user, (_id, { tokenId, madeAt }) => {
        // Whoever took it is gone: if there is a token, it is on the list, and counts as one of the others.
        if (tokenId === undefined) return madeAt + longestMintMs < askedAt;
        return madeAt < askedAt && !listed.has(tokenId);
      });
      const leased = new Set([...known.leases.values()].map(({ tokenId }) => tokenId));
      known.others = tokens.filter(({ id }) => !leased.has(id));
      known.firstEnd = smallest([known.firstEnd, ...endsOf(known.others)]);
      return count;
    },
    occupancy: async (wanted) =>
      new Map(wanted.map((user) => [user, countLive(userOf(user), clock.now())] as const)),
    ping: async () => {},
    close: async () => {},
  };
}
