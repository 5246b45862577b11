import { formatDuration, parseDuration } from "../../text/duration.ts";
import { quoted } from "../log.ts";
import { bad, good, type Parsed, type Parser } from "./input.ts";
import { describeLength, didYouMean, isInQuotes, nearest, unexpanded } from "./slips.ts";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** A parser of durations between two bounds, in milliseconds. */
export function durationBetween(least: number, most: number): Parser<number> {
  const range = `Durations go from ${formatDuration(least)} to ${formatDuration(most)}.`;
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad(`${durationSlip(text)} ${range}`);
    if (ms > most) return bad(`is too long: at most ${formatDuration(most)}. ${range}`);
    if (ms < least) return bad(`is too short: at least ${formatDuration(least)}. ${range}`);
    return good(ms);
  };
}

const valid = "use 90s, 15m or 1h30m.";

/** What is wrong with a text that is not a valid duration, likeliest first. */
function durationSlip(text: string): string {
  const trimmed = text.trim();
  if (/^\d{1,5}$/.test(trimmed)) return unitMissing(Number(trimmed));
  // As long as a one-time password.
  if (/^\d+$/.test(trimmed)) return `(${describeLength(trimmed)}) has no unit; ${valid}`;
  if (/^\$|\$\{\{/.test(trimmed)) return unexpanded;
  if (isInQuotes(trimmed)) return "is in quotation marks. Remove them.";
  const meant = meantDuration(trimmed);
  if (meant !== undefined) return `is ${quoted(trimmed, 30)}, which is not a valid duration; use ${meant}.`;
  return `(${describeLength(trimmed)}) is not a valid duration; ${valid}`;
}

function unitMissing(count: number): string {
  const inSeconds = `${count}s`;
  const short = formatDuration(count * second);
  const meant = short === inSeconds ? `${inSeconds}, ${count}m or ${count}h` : `${inSeconds} or ${short}`;
  return `is ${count}, and a unit is missing; use ${meant}.`;
}

const words: readonly [unit: RegExp, ms: number][] = [
  [/^(?:s|secs?|seconds?)$/i, second],
  [/^(?:m|mins?|minutes?)$/i, minute],
  [/^(?:h|hrs?|hours?)$/i, hour],
  [/^(?:d|days?)$/i, 24 * hour],
  [/^(?:w|wks?|weeks?)$/i, 7 * 24 * hour],
];

/** `1 hour`, `90 min`, `1.5h`, `1h 30m`: what people write for a duration, as this action writes it. */
function meantDuration(text: string): string | undefined {
  if (!/^(?:\d{1,6}(?:[.,]\d{1,3})?\s*[a-z]{1,7}[\s,]*(?:and\s+)?){1,4}$/i.test(text)) return undefined;
  let ms = 0;
  for (const [, count = "", unit = ""] of text.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/gi)) {
    const known = words.find(([pattern]) => pattern.test(unit));
    if (!known) return undefined;
    ms += Number(count.replace(",", ".")) * known[1];
  }
  return formatDuration(ms);
}

/** YAML's own words for true and false, as in every action. */
export function parseBoolean(text: string): Parsed<boolean> {
  if (/^(?:true|True|TRUE)$/.test(text)) return good(true);
  if (/^(?:false|False|FALSE)$/.test(text)) return good(false);
  const allowed = "Use true or false.";
  const meant = booleanWords.get(text.toLowerCase()) ?? nearest(text, ["true", "false"]);
  if (meant !== undefined) return bad(`is ${didYouMean(text, meant)} ${allowed}`);
  return bad(`(${describeLength(text)}) is neither true nor false. ${allowed}`);
}

const booleanWords: ReadonlyMap<string, string> = new Map([
  ...["yes", "y", "on", "1", "enabled"].map((word) => [word, "true"] as const),
  ...["no", "n", "off", "0", "none", "never", "disabled"].map((word) => [word, "false"] as const),
]);
