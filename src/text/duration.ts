const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const;

const pattern = /^(?:(\d{1,6})D)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$/;
const isoPattern = /^P(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?$/;

/**
 * Reads a duration as people write it (`90s`, `15m`, `1h30m`, `1d`) or as ISO 8601 has it (`PT15M`, `P1D`).
 * Upper and lower case are the same; whole numbers only; months and years have no fixed length and are refused.
 *
 * @returns milliseconds, or undefined where the text is no such duration
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
