import type { SignalController } from "./signal.ts";

/** As `new AbortController()`, which not every runtime has. */
export function createSignal(): SignalController {
  // Most signals end without anybody having listened.
  let listeners: Set<() => void> | undefined;
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener: (_type, listener) => {
        listeners ??= new Set();
        listeners.add(listener);
      },
      removeEventListener: (_type, listener) => {
        listeners?.delete(listener);
      },
    },
    abort: () => {
      aborted = true;
      const called = listeners ?? [];
      listeners = undefined;
      for (const listener of called) listener();
    },
  };
}
