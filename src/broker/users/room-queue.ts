import type { Signal } from "../../http/signal.ts";
import type { Candidate, Room, RoomLease, Store } from "../store/store.ts";

export interface RoomRequest {
  lease: RoomLease;
  /** Asked anew at each try: a user may be out by then. */
  candidates: () => readonly Candidate[];
  /** Ends the wait. */
  signal: Signal;
}

export type RoomResult = Room | { kind: "queue-full" } | { kind: "gave-up"; freeInMs: number | undefined };

/** Those who wait for room, first come first served. */
export interface RoomQueue {
  request(request: RoomRequest): Promise<RoomResult>;
  /** Called whenever there may be room: tries again for all who wait, in order. */
  retry(): void;
  readonly length: number;
  /** The candidates that somebody waits for. */
  wanted(): ReadonlySet<string>;
}

interface Waiter {
  request: RoomRequest;
  freeInMs: number | undefined;
  settle: (result: RoomResult) => void;
  fail: (error: unknown) => void;
}

/** Long, because its functions share one queue. */
export function roomQueue(store: Store, longest: number): RoomQueue {
  const waiting = new Set<Waiter>();
  let pumping = false;
  let again = false;

  async function pump(): Promise<void> {
    if (pumping) {
      again = true;
      return;
    }
    pumping = true;
    try {
      do {
        again = false;
        await tryAll();
      } while (again);
    } finally {
      pumping = false;
    }
  }

  /** Users that are full for the first who waits are full for those behind, which must not overtake. */
  async function tryAll(): Promise<void> {
    const full = new Set<string>();
    for (const waiter of waiting) {
      const { lease, candidates } = waiter.request;
      const all = candidates();
      const open = all.filter(({ user }) => !full.has(user));
      if (all.length === 0) waiter.settle({ kind: "gave-up", freeInMs: undefined });
      if (open.length === 0) continue;
      await tryOne(waiter, () => store.takeRoom(lease, open));
      if (waiting.has(waiter)) for (const { user } of open) full.add(user);
    }
  }

  async function tryOne(waiter: Waiter, take: () => Promise<Room>): Promise<void> {
    try {
      const room = await take();
      if (room.kind === "full") {
        waiter.freeInMs = room.freeInMs;
      } else if (waiting.has(waiter)) {
        waiter.settle(room);
      } else {
        await store.giveRoomBack(room.user, waiter.request.lease.id);
      }
    } catch (error) {
      waiter.fail(error);
    }
  }

  /** Where nobody waits, whoever comes need not stand in the queue. */
  async function request(request: RoomRequest): Promise<RoomResult> {
    const candidates = request.candidates();
    if (waiting.size > 0 || candidates.length === 0) return wait(request);
    const room = await store.takeRoom(request.lease, candidates);
    if (room.kind === "full") return wait(request);
    if (!request.signal.aborted) return room;
    await store.giveRoomBack(room.user, request.lease.id);
    return { kind: "gave-up", freeInMs: undefined };
  }

  function wait(request: RoomRequest): Promise<RoomResult> {
    if (waiting.size >= longest) return Promise.resolve({ kind: "queue-full" });
    return new Promise((resolve, reject) => {
      const onAbort = () => waiter.settle({ kind: "gave-up", freeInMs: waiter.freeInMs });
      function leave(): void {
        waiting.delete(waiter);
        request.signal.removeEventListener("abort", onAbort);
      }
      const waiter: Waiter = {
        request,
        freeInMs: undefined,
        settle: (result) => {
          leave();
          resolve(result);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      waiting.add(waiter);
      request.signal.addEventListener("abort", onAbort, { once: true });
      if (request.signal.aborted) onAbort();
      else void pump();
    });
  }

  return {
    request,
    retry: () => void pump(),
    get length() {
      return waiting.size;
    },
    wanted: () =>
      new Set([...waiting].flatMap(({ request }) => request.candidates().map(({ user }) => user))),
  };
}
