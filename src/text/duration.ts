const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;

const pattern = /^(?:(\d{1,6})D)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$/;
const isoPattern = /^P(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?$/;

/**
 * Reads a duration as people write it (`90s`, `15m`, `1h30m`, `1d`) or as ISO 8601 has it (`PT15M`, `P1D`).
 * Upper and lower case are the same; whole numbers only; months and years have no fixed length and are refused.
 *
 * @returns milliseconds, or undefined where the text is not such a duration
 */
export function parseDuration(text: string): number | undefined {
  const upper = text.trim().toUpperCase();
  const parts = isoPattern.test(upper) ? upper.replace(/[PT]/g, "") : upper;
  const found = pattern.exec(parts);
  if (!found || parts === "") return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
  return (
    Number(days) * units.D + Number(hours) * units.H + Number(minutes) * units.M + Number(seconds) * units.S
  );
}

/**
 * Writes a duration as people read it: `1h30m`, `45s`, `0s`. Whole seconds; the rest is rounded away.
 *
 * @param ms milliseconds, not negative
 */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms / 1000);
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole % 60, "s"],
  ] as const;
  if (whole === 0) return "0s";
  return parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
}

/**
 * Writes a duration as people say it, with what matters of it: `20 s`, `3 min`, `3 h 10 min`, `2 days 4 h`.
 *
 * @param ms milliseconds
 */
export function roughDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  if (days === 0) return `${hours} h${afterwards(minutes % 60, "min")}`;
  return `${days} ${days === 1 ? "day" : "days"}${afterwards(hours % 24, "h")}`;
}

function afterwards(count: number, unit: string): string {
  return count === 0 ? "" : ` ${count} ${unit}`;
}
