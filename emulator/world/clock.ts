import type { Settings } from "./settings.ts";

/** The emulator's time in milliseconds since 1970. */
export type Clock = () => number;

export function createClock(settings: Settings): Clock {
  return () => Date.now() + settings.clockOffsetMs;
}

/** A time as Fastly writes it: `2021-01-14T11:47:46Z`. */
export function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const utcTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:00)$/;

/** Reads an ISO 8601 time in UTC; undefined if it is malformed or no date of the calendar. */
export function parseTimestamp(text: string): number | undefined {
  const seconds = utcTime.exec(text)?.[1];
  if (seconds === undefined) return undefined;
  const time = Date.parse(`${seconds}Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(time) || timestamp(time) !== `${seconds}Z`) return undefined;
  return time;
}
