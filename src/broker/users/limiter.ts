import type { Signal } from "../../http/signal.ts";

/** Lets so many in at once; the others wait in order. */
export interface Limiter {
  /** @returns undefined where no place is free now */
  enterNow(): Leave | undefined;
  /** @returns undefined where the signal aborted before there was a place */
  enter(signal: Signal): Promise<Leave | undefined>;
}

export type Leave = () => void;

/** @param most how many are let in, asked anew each time */
export function createLimiter(most: () => number): Limiter {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leave(): void {
    inside--;
    // The limit may have risen since: whoever fits is let in.
    for (const admit of waiting) {
      if (inside >= most()) return;
      waiting.delete(admit);
      inside++;
      admit();
    }
  }

  function once(): Leave {
    let left = false;
    return () => {
      if (!left) leave();
      left = true;
    };
  }

  function enterNow(): Leave | undefined {
    if (inside >= most() || waiting.size > 0) return undefined;
    inside++;
    return once();
  }

  return {
    enterNow,
    enter: (signal) => {
      if (signal.aborted) return Promise.resolve(undefined);
      const entered = enterNow();
      if (entered) return Promise.resolve(entered);
      return new Promise((resolve) => {
        const admit = () => {
          signal.removeEventListener("abort", giveUp);
          resolve(once());
        };
        const giveUp = () => {
          waiting.delete(admit);
          resolve(undefined);
        };
        waiting.add(admit);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
  };
}
