import { parse, serialize } from "tinyduration";

/**
 * Reads a duration as people write it (`90s`, `15m`, `1h30m`, `2h`) or as ISO 8601 has it (`PT15M`, `P1D`).
 * Upper and lower case are the same; whole numbers only; months and years have no fixed length and are refused.
 *
 * @returns milliseconds, or undefined where the text is no such duration
 */
export function parseDuration(text: string): number | undefined {
  const upper = text.trim().toUpperCase();
  const iso = upper.startsWith("P") ? upper : `PT${upper}`;
  if (!/^P(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?$/.test(iso) || iso === "P")
    return undefined;
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(iso);
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/**
 * Writes a duration as people read it: `1h30m`, `45s`, `0s`. Whole seconds; the rest is rounded away.
 *
 * @param ms milliseconds, not negative
 */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms / 1000);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const seconds = whole % 60;
  if (whole === 0) return "0s";
  return serialize({ hours, minutes, seconds }).slice("PT".length).toLowerCase();
}
