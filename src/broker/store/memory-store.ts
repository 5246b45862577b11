import type { Clock } from "../../http/clock.ts";
import type { Admission, AdmissionRequest, Candidate, Quotas, Room, RoomLease, Store } from "./store.ts";
import { heardOfWrites, type KnownWrites, type LiveTokens, mayMake } from "./writes.ts";

/** A lease on room at a user, for a token that is being made or was made. */
interface Lease {
  rule: string;
  /** By the machine's clock. */
  expiresAt: number;
  /** Missing while the token is being made. */
  tokenId?: string;
  madeAt: number;
  /** Whether it was taken of the rule's part of scarce writes. */
  counted: boolean;
}

/** What is known of one user's live tokens. */
export interface Occupancy {
  leases: Map<string, Lease>;
  /** Tokens on the user's list that no lease speaks of. */
  others: readonly { id: string; expiresAt: number | null }[];
  /** Nothing of it expires before: until then there is nothing to look through. */
  firstEnd: number;
  /** Missing as long as there are enough. */
  writes?: KnownWrites | undefined;
}

export interface RuleUse {
  /** When each live token expires, by its lease. */
  live: Map<string, number>;
  firstEnd: number;
  /** When tokens were asked for within the last hour. */
  asked: { at: number; lease: string }[];
}

const hourMs = 3_600_000;
const mostSeen = 20_000;
const never = Number.POSITIVE_INFINITY;

/** What is counted: room at users, and quotas of rules. */
export interface Counts {
  users: Map<string, Occupancy>;
  rules: Map<string, RuleUse>;
}

/**
 * Keeps everything in this process: for a broker that runs once. Long, because its functions share that memory.
 *
 * @param counts what another process counted, to go on from
 */
export function createMemoryStore(clock: Clock, { users, rules }: Counts = noCounts()): Store {
  const taken = new Map<string, number>();
  const seen = new Map<string, { at: number; until: number }>();
  let sweptAt = clock.now();

  function takeOnce(key: string, keepMs: number): boolean {
    const now = clock.now();
    if (now - sweptAt > 60_000) sweep(now);
    const until = taken.get(key);
    if (until !== undefined && until > now) return false;
    taken.set(key, now + keepMs);
    return true;
  }

  function firstSeen(key: string, keepMs: number): number {
    const now = clock.now();
    if (now - sweptAt > 60_000) sweep(now);
    const known = seen.get(key);
    if (known && known.until > now) return known.at;
    const [oldest] = seen.keys();
    if (seen.size >= mostSeen && oldest !== undefined) seen.delete(oldest);
    seen.set(key, { at: now, until: now + keepMs });
    return now;
  }

  function sweep(now: number): void {
    sweptAt = now;
    for (const [key, until] of taken) if (until <= now) taken.delete(key);
    for (const [key, { until }] of seen) if (until <= now) seen.delete(key);
    for (const occupancy of users.values()) countLive(occupancy, now);
    for (const use of rules.values()) forgetOld(use, now);
  }

  function userOf(user: string): Occupancy {
    const known = users.get(user) ?? { leases: new Map(), others: [], firstEnd: never };
    users.set(user, known);
    return known;
  }

  function ruleOf(rule: string): RuleUse {
    const known = rules.get(rule) ?? { live: new Map(), firstEnd: never, asked: [] };
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

  function end(user: string, isOver: (id: string, lease: Lease) => boolean): void {
    const { leases } = userOf(user);
    for (const [id, lease] of leases) {
      if (!isOver(id, lease)) continue;
      leases.delete(id);
      rules.get(lease.rule)?.live.delete(id);
    }
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
      end(user, (_id, { tokenId, madeAt }) => {
        return tokenId !== undefined && madeAt < askedAt && !listed.has(tokenId);
      });
      const leased = new Set([...known.leases.values()].map(({ tokenId }) => tokenId));
      known.others = tokens.filter(({ id }) => !leased.has(id));
      known.firstEnd = smallest([known.firstEnd, ...endsOf(known.others)]);
    },
    occupancy: async (wanted) =>
      new Map(wanted.map((user) => [user, countLive(userOf(user), clock.now())] as const)),
    ping: async () => {},
    close: async () => {},
  };
}

export function noCounts(): Counts {
  return { users: new Map(), rules: new Map() };
}

/** Forgets what has expired, and counts the rest. */
function countLive(known: Occupancy, now: number): number {
  if (known.firstEnd <= now) {
    for (const [id, { expiresAt }] of known.leases) if (expiresAt <= now) known.leases.delete(id);
    known.others = known.others.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    known.firstEnd = smallest([...endsOf([...known.leases.values()]), ...endsOf(known.others)]);
  }
  return known.leases.size + known.others.length;
}

/** Forgets what was known of an hour that is over. */
function hasWrites(known: Occupancy, rule: string, rules: number, now: number): boolean {
  if (known.writes && known.writes.resetsAt <= now) known.writes = undefined;
  return !known.writes || mayMake(known.writes, liveTokens(known, now), rule, rules);
}

function liveTokens(known: Occupancy, now: number): LiveTokens {
  const live = countLive(known, now);
  let unmade = 0;
  for (const { tokenId } of known.leases.values()) if (tokenId === undefined) unmade++;
  return { live, unmade };
}

function countTaken({ takenBy }: KnownWrites, rule: string, change: 1 | -1): void {
  takenBy.set(rule, Math.max(0, (takenBy.get(rule) ?? 0) + change));
}

function endsOf(tokens: readonly { expiresAt: number | null }[]): number[] {
  return tokens.flatMap(({ expiresAt }) => expiresAt ?? []);
}

function smallest(numbers: readonly number[]): number {
  return numbers.reduce((least, one) => Math.min(least, one), never);
}

function keepLive(use: RuleUse, lease: string, expiresAt: number): void {
  use.live.set(lease, expiresAt);
  use.firstEnd = Math.min(use.firstEnd, expiresAt);
}

function forgetOld(use: RuleUse, now: number): void {
  if (use.firstEnd <= now) {
    for (const [lease, expiresAt] of use.live) if (expiresAt <= now) use.live.delete(lease);
    use.firstEnd = smallest([...use.live.values()]);
  }
  const firstRecent = use.asked.findIndex(({ at }) => at > now - hourMs);
  use.asked.splice(0, firstRecent === -1 ? use.asked.length : firstRecent);
}

function exceededQuota(use: RuleUse, { maxLive, perHour }: Quotas, now: number): Admission | undefined {
  const [oldest] = use.asked;
  if (perHour !== undefined && use.asked.length >= perHour) {
    const retryAfterMs = oldest ? oldest.at + hourMs - now : hourMs;
    return { kind: "quota-exceeded", quota: "per_hour", retryAfterMs };
  }
  if (maxLive === undefined || use.live.size < maxLive) return undefined;
  const retryAfterMs = Math.max(0, smallest([...use.live.values()]) - now);
  return { kind: "quota-exceeded", quota: "max_live", retryAfterMs };
}
