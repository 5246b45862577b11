import type {
  Admission,
  AdmissionRequest,
  Candidate,
  Room,
  RoomLease,
  Store,
  UserList,
  WritesLeft,
} from "../store/store.ts";
import { tokensLeft } from "../store/writes.ts";
import type { Kv } from "./kv.ts";
import { encodePart, type Place, placesIn, type Taken, untilFirst } from "./places.ts";

const hourMs = 3_600_000;
/** Live tokens that no lease speaks of are known by a list; one that is older than this says nothing. */
const othersKeptMs = 24 * hourMs;

interface OtherToken {
  id: string;
  /** In milliseconds since 1970; null for one that never expires. */
  expiresAt: number | null;
}

/**
 * Keeps in Fastly's KV Store what instances have in common. The store has one atomic operation, to add a key that is
 * not there (assumed: kv-adds-once). JWT IDs are such keys; whatever is counted is added first and counted then, so that
 * limits hold (assumed: kv-lists-whole).
 *
 * Long, because its functions share the places that this instance holds.
 */
export function createKvStore(kv: Kv, now: () => number): Store {
  const places = placesIn(kv, now);
  /** Where this instance's own leases have their places. */
  const held = new Map<string, Place>();

  async function admit(request: AdmissionRequest): Promise<Admission> {
    const { jwtId, keepMs, rule, lease, lifetimeMs, quotas } = request;
    const exceeded =
      (await takeQuota("per_hour", quotas.perHour, rule, lease, hourMs)) ??
      (await takeQuota("max_live", quotas.maxLive, rule, lease, lifetimeMs));
    const refused = exceeded ?? ((await takeOnce(jwtId, keepMs)) ? undefined : ({ kind: "reused" } as const));
    if (refused) await withdraw(rule, lease);
    return refused ?? { kind: "admitted" };
  }

  async function takeQuota(
    quota: "per_hour" | "max_live",
    limit: number | undefined,
    rule: string,
    lease: string,
    forMs: number,
  ): Promise<Admission | undefined> {
    if (limit === undefined) return undefined;
    const group = groupOf(quota, rule);
    const place = { lease, until: now() + forMs, rest: [] };
    const taken = await places.take(group, limit, place);
    if (taken.kind === "full")
      return { kind: "quota-exceeded", quota, retryAfterMs: taken.freeInMs ?? forMs };
    held.set(`${group} ${lease}`, place);
    return undefined;
  }

  async function withdraw(rule: string, lease: string): Promise<void> {
    for (const group of [groupOf("per_hour", rule), groupOf("max_live", rule)]) {
      const place = held.get(`${group} ${lease}`);
      held.delete(`${group} ${lease}`);
      if (place) await places.remove(group, place);
    }
  }

  function takeOnce(key: string, keepMs: number): Promise<boolean> {
    return kv.add(`once/${encodePart(key)}`, "", keepMs);
  }

  async function takeRoom(lease: RoomLease, candidates: readonly Candidate[]): Promise<Room> {
    const found = await Promise.all(candidates.map(async (one) => ({ ...one, ...(await known(one)) })));
    const open = found.filter(({ left }) => left > 0).toSorted((a, b) => b.left - a.left);
    for (const { user, limit, others } of open) {
      const group = groupOf("room", user);
      const place: Place = { lease: lease.id, until: now() + lease.lifetimeMs, rest: [lease.rule] };
      const taken: Taken = await places.take(group, limit - others.length, place);
      if (taken.kind === "full") continue;
      held.set(`${group} ${lease.id}`, place);
      return { kind: "room", user, left: taken.left };
    }
    const outOfWrites = found.length > 0 && found.every(({ writesIn }) => writesIn !== undefined);
    const ends = outOfWrites ? found.map(({ writesIn = 0 }) => ({ until: writesIn })) : found.flatMap(endsOf);
    return { kind: "full", freeInMs: untilFirst(ends, now()), outOfWrites };
  }

  async function known({ user, limit }: Pick<Candidate, "user" | "limit">) {
    const group = groupOf("room", user);
    const [live, others, writes] = await Promise.all([
      places.live(group),
      othersOf(user),
      kv.get(writesKey(user)),
    ]);
    const count = live.length + others.length;
    const unmade = live.filter((place) => tokenOf(place).tokenId === undefined).length;
    const writesIn = untilWrites(writes, count, unmade);
    return { live, others, left: writesIn === undefined ? limit - count : 0, count, writesIn };
  }

  /** @returns when the user may write again, where its writes do not last for one more token */
  function untilWrites(json: string | undefined, live: number, unmade: number): number | undefined {
    const writes = json === undefined ? undefined : (JSON.parse(json) as WritesLeft);
    if (!writes || writes.resetsAt <= now() || tokensLeft(writes, { live, unmade }) > 0) return undefined;
    return writes.resetsAt;
  }

  async function othersOf(user: string): Promise<OtherToken[]> {
    const json = await kv.get(othersKey(user));
    const tokens = json === undefined ? [] : (JSON.parse(json) as OtherToken[]);
    return tokens.filter(({ expiresAt }) => expiresAt === null || expiresAt > now());
  }

  async function keepOthers(user: string, tokens: readonly OtherToken[]): Promise<void> {
    const json = JSON.stringify(tokens.map(({ id, expiresAt }) => ({ id, expiresAt })));
    // Where it was written a moment ago, that list is as good as this one.
    if (json !== ((await kv.get(othersKey(user))) ?? "[]")) await kv.put(othersKey(user), json, othersKeptMs);
  }

  async function free(user: string, over: readonly Place[]): Promise<void> {
    for (const place of over) {
      await places.remove(groupOf("room", user), place);
      const [rule = ""] = place.rest;
      await places.removeLease(groupOf("max_live", rule), place.lease);
    }
  }

  async function correct(user: string, { askedAt, tokens }: UserList): Promise<number> {
    const listed = new Set(tokens.map(({ id }) => id));
    const live = await places.live(groupOf("room", user));
    const over = live.filter((place) => {
      const { tokenId, madeAt } = tokenOf(place);
      return tokenId !== undefined && madeAt < askedAt && !listed.has(tokenId);
    });
    await free(user, over);
    const leased = new Set(live.map((place) => tokenOf(place).tokenId));
    await keepOthers(
      user,
      tokens.filter(({ id }) => !leased.has(id)),
    );
    return over.length;
  }

  return {
    admit,
    withdraw,
    takeOnce,
    firstSeen: async (key, keepMs) => {
      const name = `seen/${encodePart(key)}`;
      const at = now();
      if (await kv.add(name, String(at), keepMs)) return at;
      return Number((await kv.get(name)) ?? at);
    },
    takeRoom,
    keepRoom: async (user, lease, { tokenId, expiresAt }) => {
      const group = groupOf("room", user);
      const place = held.get(`${group} ${lease}`);
      if (!place) return;
      const kept = { ...place, until: expiresAt, rest: [...place.rest, tokenId, String(now())] };
      await places.add(group, kept);
      await places.remove(group, place);
      held.set(`${group} ${lease}`, kept);
    },
    giveRoomBack: async (user, lease) => {
      const group = groupOf("room", user);
      const place = held.get(`${group} ${lease}`);
      held.delete(`${group} ${lease}`);
      if (place) await places.remove(group, place);
    },
    ended: async (user, tokenIds) => {
      const over = new Set<string | undefined>(tokenIds);
      const live = await places.live(groupOf("room", user));
      await free(
        user,
        live.filter((place) => over.has(tokenOf(place).tokenId)),
      );
      const others = await othersOf(user);
      await keepOthers(
        user,
        others.filter(({ id }) => !over.has(id)),
      );
    },
    correct,
    // The store's least is what was written last. Rules do not share it out here.
    noteWrites: async (user, left) => {
      await kv.put(writesKey(user), JSON.stringify(left), Math.max(0, left.resetsAt - now()));
    },
    occupancy: async (users) =>
      new Map(
        await Promise.all(
          users.map(async (user) => [user, -(await known({ user, limit: 0 })).left] as const),
        ),
      ),
    ping: async () => {
      await kv.get("ping");
    },
    close: places.tidy,
  };
}

function groupOf(kind: "room" | "per_hour" | "max_live", name: string): string {
  return `${kind}/${encodePart(name)}`;
}

function othersKey(user: string): string {
  return `others/${encodePart(user)}`;
}

function writesKey(user: string): string {
  return `writes/${encodePart(user)}`;
}

/** Which token a place at a user was taken for, once there is one. */
function tokenOf({ rest: [, tokenId, madeAt] }: Place): { tokenId: string | undefined; madeAt: number } {
  return { tokenId, madeAt: Number(madeAt) };
}

function endsOf({
  live,
  others,
}: {
  live: readonly Place[];
  others: readonly OtherToken[];
}): { until: number }[] {
  return [...live, ...others.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [{ until: expiresAt }]))];
}
