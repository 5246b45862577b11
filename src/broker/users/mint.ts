import type { CreatedToken } from "../../fastly/index.ts";
import type { MintOutcome } from "../../token/token-status.ts";
import { unlessAway } from "../store/store.ts";
import { waitUntil } from "./bounded-wait.ts";
import type { Crew } from "./crew.ts";
import { isOut, isResting } from "./fastly-user.ts";
import { findRoom, type Search, withoutRoom } from "./find-room.ts";
import type { Member } from "./member.ts";
import { mintInTurn, type TooLate, type TurnOutcome } from "./turn.ts";
import type { MintOrder, MintResult } from "./types.ts";

/** Until there is room at a user. */
const longestWaitMs = 24_000;
/** Until a user with room can mint: one with two-factor authentication may wait for its next code. The action waits for 30 s. */
const longestTurnMs = 27_000;
/** Where that was not long enough: a turn comes with the next one-time password, or as others end theirs. */
const nextTurnMs = 5_000;
const rateLimitMs = 60_000;
const mostUnlisted = 4;

/** Mints as the user with most room; where that one cannot, as another one of the rule's. */
export async function mint(order: MintOrder, crew: Crew): Promise<MintResult> {
  const now = crew.ports.clock.elapsed();
  const search: Search = {
    order,
    roomUntil: now + longestWaitMs,
    turnUntil: now + longestTurnMs,
    full: new Set(),
    outOfRoomBefore: new Set(),
  };
  for (;;) {
    const room = await findRoom(search, crew);
    if ("kind" in room) return room;
    const result = await mintAt(room, search, crew);
    if (result !== "elsewhere") return result;
  }
}

async function mintAt(member: Member, search: Search, crew: Crew): Promise<MintResult | "elsewhere"> {
  const { order, turnUntil } = search;
  const { clock, store } = crew.ports;
  const { user, limiter } = member;
  const { revision } = user;
  const leave = limiter.enterNow() ?? (await waitUntil(turnUntil, order.signal, clock, limiter.enter));
  if (leave && user.revision !== revision) {
    leave();
    await store.giveRoomBack(user.id, order.lease);
    return "elsewhere";
  }
  const outcome: TurnOutcome | TooLate = leave
    ? await mintInTurn(member, order, turnUntil, crew).catch(withoutRoomTaken).finally(leave)
    : { kind: "too-late" };
  if (outcome.kind === "minted") {
    // Where the store cannot be reached, the lease stays as it was: the token exists, and is handed over.
    await store.keepRoom(user.id, order.lease, leaseOf(outcome.token)).catch(unlessAway);
    listAtFirst(member, crew);
    return { ...outcome, user: user.id };
  }
  await store.giveRoomBack(user.id, order.lease).catch(unlessAway);
  if (outcome.kind === "too-late") return afterLateTurn(outcome, member, order, crew);
  crew.noteHealth(member);
  const failed = { kind: "not-minted", user: user.id, outcome } as const;
  // The caller learns of a token that may exist only from a refusal that does not deny it.
  if (outcome.hasLost || !(await mayTurnElsewhere(outcome, member, search, crew))) return failed;
  if (outcome.kind === "failed") search.refused = failed;
  return "elsewhere";

  /** An error does not say whether a token exists; if one does, the user's next list shows it. */
  async function withoutRoomTaken(error: unknown): Promise<never> {
    await store.giveRoomBack(user.id, order.lease).catch(unlessAway);
    throw error;
  }
}

/** Before a user has made many tokens, its list is read: an earlier process may have made others. */
function listAtFirst({ user }: Member, { ports, work, lists }: Crew): void {
  user.made++;
  if (user.made !== mostUnlisted || user.wasListed || ports.isForOneRequest) return;
  work.inBackground(lists.correct([user.id]));
}

function leaseOf({ id: tokenId, expiresAt }: CreatedToken) {
  return { tokenId, expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) };
}

function afterLateTurn(
  { untilNextMs }: TooLate,
  { user }: Member,
  { signal }: MintOrder,
  { ports }: Crew,
): MintResult | "elsewhere" {
  if (signal.aborted) return { kind: "gave-up" };
  if (untilNextMs === undefined) return withoutRoom("turns", nextTurnMs);
  user.limitedUntil = ports.clock.elapsed() + untilNextMs;
  return "elsewhere";
}

/** Whether another user may have what this one lacks, or this one once it was corrected. */
async function mayTurnElsewhere(
  outcome: Exclude<MintOutcome, { kind: "minted" }>,
  { user }: Member,
  { order, roomUntil, full, outOfRoomBefore }: Search,
  { ports, lists }: Crew,
): Promise<boolean> {
  const { clock } = ports;
  if (isOut(user)) return true;
  if (outcome.kind === "password-not-sent") return isResting(user, clock);
  if (outcome.kind !== "failed" || outcome.error.mayHaveHappened) return false;
  if (order.signal.aborted || clock.elapsed() >= roomUntil) return false;
  switch (outcome.error.code) {
    case "rate-limited":
      user.limitedUntil = clock.elapsed() + (outcome.error.retryAfterMs ?? rateLimitMs);
      return true;
    case "token-limit":
      if (outOfRoomBefore.has(user.id) || !(await lists.correct([user.id], true))) full.add(user.id);
      outOfRoomBefore.add(user.id);
      return true;
    default:
      return isResting(user, clock);
  }
}
