import type { Kv } from "./kv.ts";

/** A place among so many: a key whose name says all of it, so that places are counted by a list of names alone. */
export interface Place {
  lease: string;
  /** When it is free again, in milliseconds since 1970. */
  until: number;
  /** What else the name says. */
  rest: readonly string[];
}

export type Taken = { kind: "taken"; left: number } | { kind: "full"; freeInMs: number | undefined };

/** Places of groups, such as a user's room or a rule's live tokens. */
export interface Places {
  /**
   * Takes a place. It is added before the others are counted, so that no two instances take the last one; where both
   * see the other's, neither gets it.
   */
  take(group: string, limit: number, place: Place): Promise<Taken>;
  /** Those that are not free again. */
  live(group: string): Promise<Place[]>;
  add(group: string, place: Place): Promise<void>;
  remove(group: string, place: Place): Promise<void>;
  /** Removes a lease's place, whatever else its name says. */
  removeLease(group: string, lease: string): Promise<void>;
  /** Deletes some of the names that were seen after their time: the store itself may take a day. */
  tidy(): Promise<void>;
}

/** Clocks of instances differ: a name outlives its place for a while. */
const marginMs = 60_000;
const mostTidied = 20;

export function placesIn(kv: Kv, now: () => number): Places {
  const outdated = new Set<string>();

  async function live(group: string): Promise<Place[]> {
    const names = await kv.list(prefixOf(group));
    const known = names.flatMap(readName);
    for (const place of known) if (place.until + marginMs < now()) outdated.add(keyOf(group, place));
    return known.filter(({ until }) => until > now());
  }

  async function add(group: string, place: Place): Promise<void> {
    await kv.put(keyOf(group, place), "", Math.max(0, place.until - now()) + marginMs);
  }

  return {
    live,
    add,
    take: async (group, limit, place) => {
      await add(group, place);
      const others = (await live(group)).filter(({ lease }) => lease !== place.lease);
      const left = limit - others.length - 1;
      if (left >= 0) return { kind: "taken", left };
      await kv.delete(keyOf(group, place));
      return { kind: "full", freeInMs: untilFirst(others, now()) };
    },
    remove: (group, place) => kv.delete(keyOf(group, place)),
    removeLease: async (group, lease) => {
      const prefix = `${prefixOf(group)}${encodePart(lease)},`;
      for (const rest of await kv.list(prefix)) await kv.delete(`${prefix}${rest}`);
    },
    tidy: async () => {
      await Promise.all([...outdated].slice(0, mostTidied).map(kv.delete));
    },
  };
}

export function untilFirst(places: readonly { until: number }[], now: number): number | undefined {
  const first = places.reduce((least, { until }) => Math.min(least, until), Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? Math.max(0, first - now) : undefined;
}

function prefixOf(group: string): string {
  return `${group}/`;
}

function keyOf(group: string, { lease, until, rest }: Place): string {
  const time = Number.isFinite(until) ? String(until) : "never";
  return `${prefixOf(group)}${[lease, time, ...rest].map(encodePart).join(",")}`;
}

function readName(name: string): Place[] {
  const [lease, time, ...rest] = name.split(",").map(decodeURIComponent);
  if (lease === undefined || time === undefined) return [];
  return [{ lease, until: time === "never" ? Number.POSITIVE_INFINITY : Number(time), rest }];
}

/** Without what separates parts, and what a key may not hold. */
export function encodePart(text: string): string {
  return encodeURIComponent(text);
}
