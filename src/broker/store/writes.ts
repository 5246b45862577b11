import type { WritesLeft } from "./store.ts";

/** What is known of one user's writes until its hour is over. */
export interface KnownWrites extends WritesLeft {
  /** Tokens that could still be made when this was first heard: what the rules share. */
  budget: number;
  /** How many tokens each rule took of it. */
  takenBy: Map<string, number>;
}

/** A user's tokens, as they bear on its writes. */
export interface LiveTokens {
  live: number;
  /** Those of them that are still being made: their creates are not in what Fastly counted. */
  unmade: number;
}

/** A token costs its create and its end. */
export const writesOfToken = 2;
/** For the broker's own key: its create, its sudo mode, its end, and one to spare. */
export const keptForKeys = 4;

/**
 * How many tokens may still be made. The end of each live token is kept back: a job that may not write any more could
 * not end its token.
 */
export function tokensLeft({ remaining }: WritesLeft, { live, unmade }: LiveTokens): number {
  return Math.floor((remaining - live - unmade - keptForKeys) / writesOfToken);
}

/** Notes what Fastly said. Within one hour the least holds, since responses overtake each other. */
export function heardOfWrites(
  known: KnownWrites | undefined,
  heard: WritesLeft,
  tokens: LiveTokens,
): KnownWrites {
  if (known && known.resetsAt >= heard.resetsAt) {
    if (known.resetsAt === heard.resetsAt) known.remaining = Math.min(known.remaining, heard.remaining);
    return known;
  }
  // Those that are being made share what is left: they are counted as they are asked for again.
  const made = { live: tokens.live - tokens.unmade, unmade: 0 };
  return { ...heard, budget: Math.max(0, tokensLeft(heard, made)), takenBy: new Map() };
}

/** Whether a rule may have one more token: where several share the user, each has an equal part of what is left. */
export function mayMake(known: KnownWrites, tokens: LiveTokens, rule: string, rules: number): boolean {
  if (tokensLeft(known, tokens) < 1) return false;
  return rules < 2 || (known.takenBy.get(rule) ?? 0) < Math.ceil(known.budget / rules);
}
