import type { Crew } from "./crew.ts";
import { isOut, isResting } from "./fastly-user.ts";
import type { Member } from "./member.ts";
import type { RoomResult } from "./room-queue.ts";
import type { MintOrder, MintResult, Shortage } from "./types.ts";

/** One order's search for a user. Times are by the clock's `elapsed`. */
export interface Search {
  order: MintOrder;
  roomUntil: number;
  turnUntil: number;
  /** Users that have no room although their lists say so: they are not tried a third time. */
  full: Set<string>;
  outOfRoomBefore: Set<string>;
  /** How the last user failed, whose place another may take. */
  refused?: Extract<MintResult, { kind: "not-minted" }>;
}

/** Where less than this part of a user's room is left, its list is read. */
const shortRoom = 0.1;
const unknownWaitMs = 30_000;
const longestWaitMs = 3_600_000;

/** @returns a user with room, or why there is none */
export async function findRoom(search: Search, crew: Crew): Promise<Member | MintResult> {
  const { order, full } = search;
  const { clock } = crew.ports;
  const open = () =>
    able(order, crew).filter(({ user }) => {
      return !isResting(user, clock) && !full.has(user.id) && user.limitedUntil <= clock.elapsed();
    });
  const asleep = whyAsleep(search, crew);
  if (asleep) return asleep;
  const { lease: id, rule, grant, signal } = order;
  const result = await crew.queue.request({
    lease: { id, rule, lifetimeMs: grant.lifetimeMs },
    candidates: () => open().map(({ candidate }) => candidate),
    signal,
    until: search.roomUntil,
  });
  if (result.kind !== "room") return whyAsleep(search, crew) ?? noRoom(result, search, crew);
  const member = crew.find(result.user);
  correctWhereShort(member, result.left, crew);
  return member;
}

function able({ users }: MintOrder, crew: Crew): Member[] {
  return users.map(crew.find).filter(({ user }) => !isOut(user));
}

/** @returns undefined where some user is neither out nor resting */
function whyAsleep({ order, refused }: Search, crew: Crew): MintResult | undefined {
  const { clock } = crew.ports;
  const users = able(order, crew);
  if (users.some(({ user }) => !isResting(user, clock))) return undefined;
  if (refused) return refused;
  if (users.length === 0) return { kind: "no-user" };
  const soonest = Math.min(...users.map(({ user }) => user.restsUntil - clock.elapsed()));
  return { kind: "resting", retryAfterMs: soonest };
}

function noRoom(result: Exclude<RoomResult, { kind: "room" }>, { order }: Search, crew: Crew): MintResult {
  if (order.signal.aborted) return { kind: "gave-up" };
  if (result.kind === "queue-full") return withoutRoom("queue", result.freeInMs ?? unknownWaitMs);
  const { clock } = crew.ports;
  const users = able(order, crew);
  const limited = users.map(({ user }) => user.limitedUntil - clock.elapsed()).filter((ms) => ms > 0);
  if (users.length > 0 && limited.length === users.length) return withoutRoom("writes", Math.min(...limited));
  return withoutRoom(result.outOfWrites ? "writes" : "tokens", result.freeInMs ?? unknownWaitMs);
}

export function withoutRoom(shortage: Shortage, retryAfterMs: number): MintResult {
  return { kind: "no-room", shortage, retryAfterMs: Math.min(retryAfterMs, longestWaitMs) };
}

function correctWhereShort(member: Member, left: number, { ports, work, lists }: Crew): void {
  const isShort = left < member.candidate.limit * shortRoom;
  if (isShort && !ports.isForOneRequest) work.inBackground(lists.correct([member.user.id]));
}
