import type { FastlyApi } from "../fastly/index.ts";

/** @returns false where there is not enough time, or the wait was interrupted */
export async function waited({ clock, deadline, signal }: FastlyApi, ms: number): Promise<boolean> {
  if (ms >= deadline.remaining()) return false;
  try {
    await clock.wait(ms, signal);
    return true;
  } catch {
    // Only the signal ends a wait early.
    return false;
  }
}
