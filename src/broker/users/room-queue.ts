import type { Clock } from "../../http/clock.ts";
import type { Signal } from "../../http/signal.ts";
import type { Candidate, Room, RoomLease, Store } from "../store/store.ts";
import { waitUntil } from "./bounded-wait.ts";
import { measurePace, type Pace } from "./pace.ts";

export interface RoomRequest {
  lease: RoomLease;
  /** Asked anew at each try: a user may be out by then. */
  candidates: () => readonly Candidate[];
  /** The caller is gone. */
  signal: Signal;
  /** When the wait ends, by the clock's `elapsed`. */
  until: number;
}

/** `freeInMs`: when there may be room for one more, as far as that can be said. */
export type RoomResult =
  | Extract<Room, { kind: "room" }>
  | { kind: "queue-full"; freeInMs: number | undefined }
  | { kind: "gave-up"; freeInMs: number | undefined; outOfWrites: boolean };

/** Those who wait for room: first come first served within a rule, and the rules take turns. */
export interface RoomQueue {
  request(request: RoomRequest): Promise<RoomResult>;
  /** Called whenever there may be room: tries again for all who wait. */
  retry(): void;
  readonly length: number;
  /** The candidates that somebody waits for. */
  wanted(): ReadonlySet<string>;
}

interface Waiter {
  request: RoomRequest;
  full: Extract<Room, { kind: "full" }>;
  settle: (result: RoomResult) => void;
  fail: (error: unknown) => void;
}

type Line = Set<Waiter>;

/**
 * Long, because its functions share one queue.
 *
 * @param longest how many may wait. Where they do, a rule with fewer takes the place of the last of the longest line.
 */
export function roomQueue(store: Store, clock: Clock, longest: number): RoomQueue {
  /** By rule. The first rule is the one whose turn it is. */
  const lines = new Map<string, Line>();
  /** Of each line: the users of one rule say nothing about those of another. */
  const paces = new Map<string, Pace>();
  let length = 0;
  let pumping = false;
  let again = false;

  async function pump(): Promise<void> {
    again = true;
    if (pumping) return;
    pumping = true;
    while (again) {
      again = false;
      // Each round gives each rule one token at most.
      while (await serveRound()) again = false;
    }
    pumping = false;
  }

  /** @returns whether somebody was served */
  async function serveRound(): Promise<boolean> {
    let wasServed = false;
    for (const rule of [...lines.keys()]) {
      const [first] = lines.get(rule) ?? [];
      if (!first || !(await serve(first))) continue;
      wasServed = true;
      const line = lines.get(rule);
      lines.delete(rule);
      if (line) lines.set(rule, line);
    }
    return wasServed;
  }

  /** @returns whether it waits no longer */
  async function serve(waiter: Waiter): Promise<boolean> {
    const { lease, candidates } = waiter.request;
    try {
      const open = candidates();
      if (open.length === 0) return giveUp(waiter);
      const room = await store.takeRoom(lease, open);
      if (room.kind === "full") waiter.full = room;
      if (room.kind === "full") return isHopeless(room, waiter.request) && giveUp(waiter);
      if (isWaiting(waiter)) return settleWith(waiter, room);
      await store.giveRoomBack(room.user, lease.id);
    } catch (error) {
      waiter.fail(error);
    }
    return true;
  }

  function settleWith(waiter: Waiter, room: Extract<Room, { kind: "room" }>): true {
    paces.get(waiter.request.lease.rule)?.noteServed();
    waiter.settle(room);
    return true;
  }

  /** Those who wait say how long it takes to be served; where none was, known tokens say when they expire. */
  function giveUp({ request, full, settle }: Waiter): true {
    const freeInMs = full.outOfWrites ? undefined : untilServed(request.lease.rule);
    settle(gaveUp({ ...full, freeInMs: freeInMs ?? full.freeInMs }));
    return true;
  }

  function untilServed(rule: string): number | undefined {
    return paces.get(rule)?.untilServed(lines.get(rule)?.size ?? 0);
  }

  function isWaiting(waiter: Waiter): boolean {
    return lines.get(waiter.request.lease.rule)?.has(waiter) ?? false;
  }

  /** Where nobody waits, a request does not need the queue. */
  async function request(request: RoomRequest): Promise<RoomResult> {
    const candidates = request.candidates();
    if (candidates.length === 0) return gaveUp(unknownRoom);
    if (length > 0) return wait(request, unknownRoom);
    const room = await store.takeRoom(request.lease, candidates);
    if (room.kind === "full") return isHopeless(room, request) ? gaveUp(room) : wait(request, room);
    if (!request.signal.aborted) return room;
    await store.giveRoomBack(room.user, request.lease.id);
    return gaveUp(unknownRoom);
  }

  /** Writes come back with the next hour and with nothing before. */
  function isHopeless({ freeInMs = 0, outOfWrites }: Waiter["full"], { until }: RoomRequest): boolean {
    return outOfWrites && clock.elapsed() + freeInMs > until;
  }

  async function wait(request: RoomRequest, full: Waiter["full"]): Promise<RoomResult> {
    const { rule } = request.lease;
    if (length >= longest && !makePlaceFor(rule)) return { kind: "queue-full", freeInMs: untilServed(rule) };
    return waitUntil(request.until, request.signal, clock, (signal) => {
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          request,
          full,
          settle: (result) => {
            leave(waiter);
            resolve(result);
          },
          fail: (error) => {
            leave(waiter);
            reject(error);
          },
        };
        const leaveEmpty = () => void giveUp(waiter);
        if (signal.aborted) return leaveEmpty();
        signal.addEventListener("abort", leaveEmpty, { once: true });
        join(waiter);
        void pump();
      });
    });
  }

  function join(waiter: Waiter): void {
    const { rule } = waiter.request.lease;
    const line = lines.get(rule) ?? new Set();
    if (!lines.has(rule)) paces.set(rule, measurePace(clock));
    lines.set(rule, line.add(waiter));
    length++;
  }

  function leave(waiter: Waiter): void {
    const { rule } = waiter.request.lease;
    const line = lines.get(rule);
    if (!line?.delete(waiter)) return;
    length--;
    if (line.size > 0) return;
    lines.delete(rule);
    paces.delete(rule);
  }

  function makePlaceFor(rule: string): boolean {
    const [longestLine] = [...lines.values()].toSorted((a, b) => b.size - a.size);
    if (!longestLine || (lines.get(rule)?.size ?? 0) + 1 >= longestLine.size) return false;
    const last = [...longestLine].at(-1);
    last?.settle({ kind: "queue-full", freeInMs: untilServed(last.request.lease.rule) });
    return true;
  }

  return {
    request,
    retry: () => void pump(),
    get length() {
      return length;
    },
    wanted: () => {
      const heads = [...lines.values()].flatMap(([first]) => first ?? []);
      return new Set(heads.flatMap(({ request }) => request.candidates().map(({ user }) => user)));
    },
  };
}

const unknownRoom: Waiter["full"] = { kind: "full", freeInMs: undefined, outOfWrites: false };

function gaveUp({ freeInMs, outOfWrites }: Waiter["full"]): RoomResult {
  return { kind: "gave-up", freeInMs, outOfWrites };
}
