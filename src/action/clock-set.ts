import { isObject } from "../text/json-object.ts";
import type { Journal } from "../token/journal.ts";
import { clock } from "./fastly.ts";

/** One moment by both of a machine's clocks, in milliseconds: the one that can be set, and the one that cannot. */
export interface Moment {
  now: number;
  elapsed: number;
}

export function thisMoment(): Moment {
  return { now: clock.now(), elapsed: clock.elapsed() };
}

/** While a machine sleeps, only the first goes on: where they differ by less, that time has passed. */
const longestSleepMs = 5 * 60_000;

/**
 * The journal with its times by the clock as it is now. A machine that starts with a wrong clock sets it while jobs run:
 * no token may look older for that. One that was set back may have been so before a token was asked for, and then its
 * time is right: it is left as it is, at worst in the future, where nothing is old enough to be called never created.
 */
export function byThisClock(journal: Journal, since: Moment): Journal {
  const now = thisMoment();
  const setBy = now.now - since.now - (now.elapsed - since.elapsed);
  if (setBy <= longestSleepMs) return journal;
  const attempts = journal.attempts.map((one) => ({ ...one, askedAt: one.askedAt + setBy }));
  return { ...journal, attempts };
}

/** Whether this is what main saves. */
export function isMoment(value: unknown): value is Moment {
  return isObject(value) && Number.isFinite(value.now) && Number.isFinite(value.elapsed);
}
