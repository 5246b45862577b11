import type { Clock } from "../../http/clock.ts";

/** How fast those who wait in one line are served. */
export interface Pace {
  /** One was served now. */
  noteServed(): void;
  /** @returns when one more is likely to be served, in milliseconds; undefined where nobody was within the last minute */
  untilServed(waiting: number): number | undefined;
}

const overMs = 60_000;

/** Begins as the line does. */
export function measurePace(clock: Clock): Pace {
  const beganAt = clock.elapsed();
  const served: number[] = [];

  /** A line that is never empty would remember them all. */
  function forgetOld(now: number): void {
    while ((served[0] ?? now) <= now - overMs) served.shift();
  }

  return {
    noteServed: () => {
      const now = clock.elapsed();
      forgetOld(now);
      served.push(now);
    },
    // Half of what the pace says: whoever comes too early waits here, whoever comes too late leaves a place empty.
    untilServed: (waiting) => {
      const now = clock.elapsed();
      forgetOld(now);
      if (served.length === 0) return undefined;
      return (waiting * Math.min(overMs, now - beganAt)) / served.length / 2;
    },
  };
}
