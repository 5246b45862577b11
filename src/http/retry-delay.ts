const firstCeilingMs = 250;
const highestCeilingMs = 8_000;

/**
 * How long to wait before try number `tries + 1`, in milliseconds: full jitter below a ceiling that
 * doubles with each try, on top of whatever wait the server asked for.
 *
 * @param tries how many tries have failed so far, from 1
 * @param askedMs what `Retry-After` or `Fastly-RateLimit-Reset` asked for, in milliseconds
 * @param random a number from 0 to below 1
 */
export function retryDelay(tries: number, askedMs: number | undefined, random: () => number): number {
  const ceiling = Math.min(highestCeilingMs, firstCeilingMs * 2 ** (tries - 1));
  return (askedMs ?? 0) + random() * ceiling;
}

/**
 * Reads how long a server asks to wait, in milliseconds, from `Retry-After` (seconds or a date, RFC 9110)
 * or, of a 429, from `Fastly-RateLimit-Reset` (epoch seconds, Fastly's page on rate limiting), which stands
 * on every response to a write and asks for nothing there.
 *
 * @param now what both are measured against: the server's own `Date` where it states one, in milliseconds
 * @returns undefined where the server asks for nothing that can be understood
 */
export function askedDelay(status: number, headers: Headers, now: number): number | undefined {
  const retryAfter = headers["retry-after"];
  if (retryAfter !== undefined) {
    if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
    const date = parseDate(retryAfter);
    if (date !== undefined) return Math.max(0, date - now);
  }
  const reset = status === 429 ? headers["fastly-ratelimit-reset"] : undefined;
  if (reset === undefined || !/^\d{1,12}$/.test(reset)) return undefined;
  return Math.max(0, Number(reset) * 1000 - now);
}

/** Header names in lower case; of a repeated header the first value. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** `Wed, 14 Jan 2026 11:47:46 GMT`, and the older forms of RFC 9110. `Date.parse` alone takes `1.5` for a day in 2001. */
const datePattern = /^[A-Z][a-z]{2,8},? [\w -]+ \d\d:\d\d:\d\d\b/;

/** @returns milliseconds since the epoch, or undefined where the text is not a date */
export function parseDate(text: string | undefined): number | undefined {
  const ms = text !== undefined && datePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
