/** What interrupts work: as much of an AbortSignal as is used, for runtimes that have none. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** As an AbortController. */
export interface SignalController {
  readonly signal: Signal;
  abort(): void;
}

/** Aborts as soon as one of the two does. A listener is called once for each that does. */
export function eitherSignal(one: Signal, other: Signal): Signal {
  const both = [one, other];
  return {
    get aborted() {
      return both.some(({ aborted }) => aborted);
    },
    addEventListener: (...listener) => {
      for (const signal of both) signal.addEventListener(...listener);
    },
    removeEventListener: (...listener) => {
      for (const signal of both) signal.removeEventListener(...listener);
    },
  };
}
