import { namesPath } from "../world/journal.ts";
import type { Fault, FaultRule } from "./fault.ts";

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  const rules: { method: string; path: string; skip: number; left: number; fault: Fault }[] = [];

  return {
    add({ match, times, fault }: FaultRule): void {
      const left = times === "always" ? Number.POSITIVE_INFINITY : times;
      rules.push({ method: match.method, path: match.path, skip: match.skip ?? 0, left, fault });
    },

    clear(): void {
      rules.length = 0;
    },

    /** The fault this request meets: of the oldest rule that names it and is neither skipping nor used up. */
    take(request: { method: string; path: string; route: string | null }): Fault | null {
      let fault: Fault | null = null;
      for (const rule of rules) {
        if (rule.method !== request.method || !namesPath(rule.path, request)) continue;
        if (rule.skip > 0) {
          rule.skip -= 1;
        } else if (fault === null && rule.left > 0) {
          rule.left -= 1;
          fault = rule.fault;
        }
      }
      return fault;
    },
  };
}
