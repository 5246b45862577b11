import { formatDuration, parseDuration } from "../../text/duration.ts";
import { quoted } from "../log.ts";
import { bad, good, type Parsed, type Parser } from "./input.ts";
import { describeLength, didYouMean, isInQuotes, isUnexpanded, nearest, unexpanded } from "./slips.ts";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** A parser of durations between two bounds, in milliseconds. */
export function durationBetween(least: number, most: number): Parser<number> {
  const range = `The allowed range is ${formatDuration(least)} to ${formatDuration(most)}.`;
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad(`${durationSlip(text, least, most)} ${range}`);
    if (ms > most) return bad(`is too long. ${range}`);
    if (ms < least) return bad(`is too short. ${range}`);
    return good(ms);
  };
}

const longExamples = "use 90s, 15m or 1h30m.";
const shortExamples = "use 30s, 90s or 2m.";

/** What is wrong with a text that is not a valid duration, likeliest first. */
function durationSlip(text: string, least: number, most: number): string {
  const isAllowed = (ms: number) => ms >= least && ms <= most;
  const valid = most < hour ? shortExamples : longExamples;
  const trimmed = text.trim();
  if (/^\d{1,5}$/.test(trimmed)) {
    const meant = withUnits(Number(trimmed)).filter(([, ms]) => isAllowed(ms));
    const use = meant.length > 0 ? `use ${either(meant.map(([text]) => text))}.` : valid;
    return `is ${Number(trimmed)} without a unit; ${use}`;
  }
  // As long as a one-time password.
  if (/^\d+$/.test(trimmed)) return `(${describeLength(trimmed)}) has no unit; ${valid}`;
  if (isUnexpanded(trimmed)) return unexpanded;
  if (isInQuotes(trimmed)) return "is in quotation marks. Remove them.";
  const meant = meantDuration(trimmed);
  if (meant !== undefined) {
    const use = isAllowed(meant) ? `use ${formatDuration(meant)}.` : valid;
    return `is ${quoted(trimmed, 30)}, which is not a valid duration; ${use}`;
  }
  return `(${describeLength(trimmed)}) is not a valid duration; ${valid}`;
}

/** What a number without a unit may mean: seconds, also as people write them; a small one minutes or hours as well. */
function withUnits(count: number): [text: string, ms: number][] {
  const inSeconds: [string, number] = [`${count}s`, count * second];
  const short = formatDuration(count * second);
  if (short !== inSeconds[0]) return [inSeconds, [short, count * second]];
  return [inSeconds, [`${count}m`, count * minute], [`${count}h`, count * hour]];
}

function either(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

const words: readonly [unit: RegExp, ms: number][] = [
  [/^(?:s|secs?|seconds?)$/i, second],
  [/^(?:m|mins?|minutes?)$/i, minute],
  [/^(?:h|hrs?|hours?)$/i, hour],
  [/^(?:d|days?)$/i, 24 * hour],
  [/^(?:w|wks?|weeks?)$/i, 7 * 24 * hour],
];

/** `1 hour`, `90 min`, `1.5h`, `PT1.5H`, `1h 30m`: what people write for a duration, in milliseconds. */
function meantDuration(given: string): number | undefined {
  const text = given.replace(/^PT/i, "");
  if (!/^(?:\d{1,6}(?:[.,]\d{1,3})?\s*[a-z]{1,7}[\s,]*(?:and\s+)?){1,4}$/i.test(text)) return undefined;
  let ms = 0;
  for (const [, count = "", unit = ""] of text.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/gi)) {
    const known = words.find(([pattern]) => pattern.test(unit));
    if (!known) return undefined;
    ms += Number(count.replace(",", ".")) * known[1];
  }
  return ms;
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
