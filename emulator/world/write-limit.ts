import type { Clock } from "./clock.ts";
import type { Settings } from "./settings.ts";

const hourMs = 3_600_000;

export type WriteLimit = ReturnType<typeof createWriteLimit>;

/** Counts each user's writes. The count starts again with every full hour of the emulator's clock. */
export function createWriteLimit(settings: Settings, clock: Clock) {
  const writes = new Map<string, { hour: number; count: number }>();

  function hourNow(): number {
    return Math.floor(clock() / hourMs);
  }

  function made(userId: string): number {
    const last = writes.get(userId);
    return last?.hour === hourNow() ? last.count : 0;
  }

  return {
    /** Notes a write; says whether it is within the limit. */
    note(userId: string): boolean {
      const count = made(userId);
      if (count >= settings.hourlyWriteLimit) return false;
      writes.set(userId, { hour: hourNow(), count: count + 1 });
      return true;
    },

    /** What Fastly's two headers say of it. */
    left(userId: string): { remaining: number; resetSeconds: number } {
      const remaining = Math.max(0, settings.hourlyWriteLimit - made(userId));
      return { remaining, resetSeconds: ((hourNow() + 1) * hourMs) / 1000 };
    },
  };
}
