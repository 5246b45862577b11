import { askedDelay, parseDate } from "../http/retry-delay.ts";
import type { HttpAnswer } from "../http/transport.ts";
import { cleanText } from "../text/clean-text.ts";
import { FastlyError, type FastlyErrorCode } from "./error.ts";

/**
 * Turns an answer that is not the expected one into an error.
 *
 * @param secrets what the request carried and a careless server may echo
 * @param now the local time in milliseconds, used only where the server states none
 */
export function refusal(
  answer: HttpAnswer,
  operation: string,
  secrets: readonly string[],
  now: number,
): FastlyError {
  const told = readMessage(answer.body, secrets);
  const serverNow = parseDate(answer.headers.date);
  const retryAfterMs = askedDelay(answer.status, answer.headers, serverNow ?? now);
  return new FastlyError({
    code: codeOf(answer.status, operation, told),
    operation,
    reason: `HTTP ${answer.status}${told.text}`,
    status: answer.status,
    ...(told.msg === undefined ? {} : { msg: told.msg }),
    ...(told.detail === undefined ? {} : { detail: told.detail }),
    mayHaveHappened: !isTurnedDown(answer.status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(serverNow === undefined ? {} : { serverNow }),
  });
}

/** A refusal with 4xx was read and turned down, unless somebody in between gave up waiting for Fastly. */
function isTurnedDown(status: number): boolean {
  return status >= 400 && status < 500 && !gaveUpWaiting.has(status);
}

const gaveUpWaiting: ReadonlySet<number> = new Set([408, 499]);

function codeOf(status: number, operation: string, told: Told): FastlyErrorCode {
  if (status === 400) return codeOfBadRequest(operation, told);
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 422 && operation === "POST /tokens") return "invalid-expiry";
  if (gaveUpWaiting.has(status)) return "timed-out";
  if (status === 429) return "rate-limited";
  if (status >= 500) return "server-error";
  if (status >= 400) return "bad-request";
  return status >= 300 ? "redirected" : "unexpected-status";
}

/** The codes of `POST /tokens` (Fastly's page on authentication tokens). */
const codesByMsg: ReadonlyMap<string, FastlyErrorCode> = new Map([
  ["invalid_grant", "refused-credentials"],
  ["invalid_request", "missing-credentials"],
  ["invalid_scope", "invalid-scope"],
  ["account_locked", "account-locked"],
  ["2fa.verify", "refused-otp"],
]);

function codeOfBadRequest(operation: string, { rawMsg = "", msg = "", detail = "" }: Told): FastlyErrorCode {
  const known = codesByMsg.get(rawMsg);
  if (known) return known;
  if (operation !== "POST /tokens") return "bad-request";
  const text = `${msg} ${detail}`;
  if (isAboutTokenLimit(text)) return "token-limit";
  return /expir/i.test(text) ? "invalid-expiry" : "bad-request";
}

/** assumed: over the limit of live tokens the text speaks of a limit or a maximum. There are others, of sign-ins above all. */
function isAboutTokenLimit(text: string): boolean {
  if (!/limit|maximum/i.test(text) || /lock|attempt|log ?in|sign|password/i.test(text)) return false;
  return /token/i.test(text) || !/account|request|rate|name|length|expir/i.test(text);
}

interface Told {
  rawMsg?: string;
  msg?: string;
  detail?: string;
  text: string;
}

function readMessage(body: string, secrets: readonly string[]): Told {
  if (body.trim() === "") return { text: ", with an empty body" };
  const parsed = parseObject(body);
  if (!parsed) return { text: ", with a body that is not Fastly's" };
  const { msg, detail } = parsed;
  const told: Told = { text: "" };
  if (typeof msg === "string") {
    told.rawMsg = msg;
    told.msg = cleanText(msg, secrets);
  }
  if (typeof detail === "string") told.detail = cleanText(detail, secrets);
  const words = [told.msg, told.detail].filter((part) => part);
  told.text = words.length > 0 ? `, ${words.join(": ")}` : ", without a message";
  return told;
}

function parseObject(body: string): { msg?: unknown; detail?: unknown } | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    // An edge or a proxy may answer HTML: the status alone speaks then.
    return undefined;
  }
}
