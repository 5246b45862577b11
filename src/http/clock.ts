import type { Signal } from "./signal.ts";

/** Everything this project knows of time, handed in so that a test can hand in another. */
export interface Clock {
  /** Milliseconds since the epoch, by the machine's own clock, which may be wrong. */
  now(): number;
  /** Milliseconds since some fixed point, never set back: what deadlines are measured with. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds; rejects at once when `signal` aborts. */
  wait(ms: number, signal?: Signal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** A point in time after which nothing more may be begun. */
export interface Deadline {
  /** Milliseconds left; 0 when it has passed. */
  remaining(): number;
  /** Milliseconds that were given in all. */
  readonly total: number;
}

/** A deadline `ms` milliseconds from now. */
export function deadlineIn(ms: number, clock: Clock): Deadline {
  const total = Math.max(0, ms);
  const end = clock.elapsed() + total;
  return { total, remaining: () => Math.max(0, end - clock.elapsed()) };
}

/** The earlier of two deadlines. */
export function earlier(one: Deadline, other: Deadline): Deadline {
  const total = Math.min(one.total, other.total);
  return { total, remaining: () => Math.min(one.remaining(), other.remaining()) };
}
