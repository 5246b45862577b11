import type { Store } from "../store/store.ts";
import type { RoomQueue } from "./room-queue.ts";

/**
 * For a host that cannot let requests wait: where users are full, their lists are read, since jobs end their tokens
 * unannounced, and then there is room or there is none.
 */
export function roomWithoutQueue(
  store: Store,
  correct: (users: readonly string[]) => Promise<void>,
): RoomQueue {
  return {
    request: async ({ lease, candidates }) => {
      const room = await store.takeRoom(lease, candidates());
      if (room.kind === "room") return room;
      if (room.outOfWrites || candidates().length === 0) return { ...room, kind: "gave-up" };
      await correct(candidates().map(({ user }) => user));
      const second = await store.takeRoom(lease, candidates());
      return second.kind === "room" ? second : { ...second, kind: "gave-up" };
    },
    retry: () => {},
    length: 0,
    wanted: () => new Set(),
  };
}
