import { type Expiries, expiries } from "./expiries.ts";
import type { Admission, Quotas } from "./store.ts";
import { type KnownWrites, type LiveTokens, mayMake } from "./writes.ts";

/* What a store in memory counts: room at users, and quotas of rules. */

/** A lease on room at a user, for a token that is being made or was made. */
export interface Lease {
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
  ends: Expiries;
  /** When tokens were asked for within the last hour. */
  asked: { at: number; lease: string }[];
}

const hourMs = 3_600_000;
/** Longer than a mint takes, from its room to the last look for a lost answer. */
export const longestMintMs = 120_000;
export const never = Number.POSITIVE_INFINITY;

/** Forgets what has expired, and counts the rest. */
export function countLive(known: Occupancy, now: number): number {
  if (known.firstEnd <= now) {
    for (const [id, { expiresAt }] of known.leases) if (expiresAt <= now) known.leases.delete(id);
    known.others = known.others.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    known.firstEnd = smallest([...endsOf([...known.leases.values()]), ...endsOf(known.others)]);
  }
  return known.leases.size + known.others.length;
}

/** Forgets what was known of an hour that is over. */
export function hasWrites(known: Occupancy, rule: string, rules: number, now: number): boolean {
  if (known.writes && known.writes.resetsAt <= now) known.writes = undefined;
  return !known.writes || mayMake(known.writes, liveTokens(known, now), rule, rules);
}

export function liveTokens(known: Occupancy, now: number): LiveTokens {
  const live = countLive(known, now);
  let unmade = 0;
  for (const { tokenId } of known.leases.values()) if (tokenId === undefined) unmade++;
  return { live, unmade };
}

export function countTaken({ takenBy }: KnownWrites, rule: string, change: 1 | -1): void {
  takenBy.set(rule, Math.max(0, (takenBy.get(rule) ?? 0) + change));
}

export function endsOf(tokens: readonly { expiresAt: number | null }[]): number[] {
  return tokens.flatMap(({ expiresAt }) => expiresAt ?? []);
}

export function smallest(numbers: readonly number[]): number {
  return numbers.reduce((least, one) => Math.min(least, one), never);
}

export function unusedRule(): RuleUse {
  const live = new Map<string, number>();
  return { live, ends: expiries((lease, until) => live.get(lease) === until), asked: [] };
}

export function keepLive({ live, ends }: RuleUse, lease: string, expiresAt: number): void {
  live.set(lease, expiresAt);
  ends.add(lease, expiresAt);
}

export function forgetOld(use: RuleUse, now: number): void {
  use.ends.takeExpired(now, (lease) => use.live.delete(lease));
  const firstRecent = use.asked.findIndex(({ at }) => at > now - hourMs);
  use.asked.splice(0, firstRecent === -1 ? use.asked.length : firstRecent);
}

export function exceededQuota(
  use: RuleUse,
  { maxLive, perHour }: Quotas,
  now: number,
): Admission | undefined {
  const [oldest] = use.asked;
  if (perHour !== undefined && use.asked.length >= perHour) {
    const retryAfterMs = oldest ? oldest.at + hourMs - now : hourMs;
    return { kind: "quota-exceeded", quota: "per_hour", retryAfterMs };
  }
  if (maxLive === undefined || use.live.size < maxLive) return undefined;
  const retryAfterMs = Math.max(0, use.ends.first() - now);
  return { kind: "quota-exceeded", quota: "max_live", retryAfterMs };
}
