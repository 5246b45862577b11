import type { Clock } from "../../src/fastly/index.ts";

/** A clock on which every wait is over at once, and time has passed all the same. */
export function instantClock(onWait: (passedMs: number) => unknown = () => {}): Clock & { waits: number[] } {
  let passed = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now() + passed,
    elapsed: () => performance.now() + passed,
    wait: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason;
      waits.push(ms);
      passed += ms;
      await onWait(passed);
    },
  };
}
