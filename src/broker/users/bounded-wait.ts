import { createSignal } from "../../http/create-signal.ts";
import type { Signal } from "../../http/signal.ts";
import type { UserPorts } from "./fastly-user.ts";

/**
 * Waits until a point in time at most. Whoever need not wait spares this, and its timer.
 *
 * @param until by the clock's `elapsed`
 * @param work is handed a signal that aborts with the outer one, or then
 */
export async function waitUntil<T>(
  until: number,
  outer: Signal,
  clock: UserPorts["clock"],
  work: (signal: Signal) => Promise<T>,
): Promise<T> {
  const { signal, abort } = createSignal();
  const ms = until - clock.elapsed();
  if (outer.aborted || ms <= 0) abort();
  outer.addEventListener("abort", abort, { once: true });
  if (!signal.aborted) clock.wait(ms, signal).then(abort, () => {});
  try {
    return await work(signal);
  } finally {
    outer.removeEventListener("abort", abort);
    abort();
  }
}
