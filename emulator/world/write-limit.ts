import type { Clock } from "./clock.ts";
import type { Settings } from "./settings.ts";

const hourMs = 3_600_000;

export type WriteLimit = ReturnType<typeof createWriteLimit>;

/** Counts each customer's writes. The count starts again with every full hour of the emulator's clock. */
export function createWriteLimit(settings: Settings, clock: Clock) {
  const writes = new Map<string, { hour: number; count: number }>();

  return {
    /** Notes a write; says whether it is within the limit, and what Fastly's two headers say of it. */
    note(customerId: string): { allowed: boolean; remaining: number; resetSeconds: number } {
      const hour = Math.floor(clock() / hourMs);
      const last = writes.get(customerId);
      const made = last?.hour === hour ? last.count : 0;
      const allowed = made < settings.hourlyWriteLimit;
      const count = allowed ? made + 1 : made;
      writes.set(customerId, { hour, count });
      const remaining = Math.max(0, settings.hourlyWriteLimit - count);
      return { allowed, remaining, resetSeconds: ((hour + 1) * hourMs) / 1000 };
    },
  };
}
