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
  return {
    get aborted() {
      return one.aborted || other.aborted;
    },
    addEventListener: (...listener) => {
      one.addEventListener(...listener);
      other.addEventListener(...listener);
    },
    removeEventListener: (...listener) => {
      one.removeEventListener(...listener);
      other.removeEventListener(...listener);
    },
  };
}
