import type { Clock, Deadline } from "../../fastly/index.ts";
import { createSignal } from "../../http/create-signal.ts";
import type { Signal, SignalController } from "../../http/signal.ts";

/** A signal that aborts with another one, or at a deadline. No timer runs before somebody listens. */
export function boundedSignal(outer: Signal, deadline: Deadline, clock: Clock) {
  let inner: SignalController | undefined;
  const abort = () => inner?.abort();

  function watch(): SignalController {
    const watched = createSignal();
    inner = watched;
    outer.addEventListener("abort", abort, { once: true });
    clock.wait(deadline.remaining(), watched.signal).then(abort, () => {});
    return watched;
  }

  const signal: Signal = {
    get aborted() {
      return outer.aborted || deadline.remaining() === 0;
    },
    addEventListener: (...listener) => (inner ?? watch()).signal.addEventListener(...listener),
    removeEventListener: (...listener) => inner?.signal.removeEventListener(...listener),
  };
  return {
    signal,
    /** Called when it is not needed any more: whoever listens still is told. */
    release: () => {
      outer.removeEventListener("abort", abort);
      abort();
    },
  };
}
