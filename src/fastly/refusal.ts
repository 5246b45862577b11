import { askedDelay, type Headers, parseDate } from "../http/retry-delay.ts";
import type { HttpResponse } from "../http/transport.ts";
import { cleanText } from "../text/clean-text.ts";
import { parseObject } from "../text/json-object.ts";
import { type AccountNeed, FastlyError, type FastlyErrorCode } from "./error.ts";
import { isId } from "./shapes.ts";

/**
 * Turns a response that is not the expected one into an error.
 *
 * @param secrets what the request carried and a careless server may echo
 * @param now the local time in milliseconds, used only where the server states none
 * @param keyId the ID of the key that was sent, where it is known
 */
export function refusal(
  response: HttpResponse,
  operation: string,
  secrets: readonly string[],
  now: number,
  keyId?: string,
): FastlyError {
  // Judged as it came: what is struck out of it for people may be a word that the judgement needs.
  const message = readMessage(response, operation);
  const shown = withoutSecrets(message, secrets);
  const serverNow = parseDate(response.headers.date);
  const code = codeOf(response.status, operation, message, { id: keyId, now: serverNow ?? now });
  const retryAfterMs = askedDelay(response.status, response.headers, serverNow ?? now);
  const accountNeeds = accountNeed(response.headers);
  return new FastlyError({
    code,
    operation,
    reason: `HTTP ${response.status}${describe(shown)}`,
    status: response.status,
    ...(shown.msg === undefined ? {} : { msg: shown.msg }),
    ...(shown.detail === undefined ? {} : { detail: shown.detail }),
    mayHaveHappened: code === "unexpected-response" || !isTurnedDown(response.status, message),
    ...(accountNeeds === undefined ? {} : { accountNeeds }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(serverNow === undefined ? {} : { serverNow }),
  });
}

/** Only Fastly's own 4xx proves that nothing happened, and not where somebody gave up waiting for it. */
function isTurnedDown(status: number, { isFastlys }: Message): boolean {
  return isFastlys && status >= 400 && status < 500 && !gaveUpWaiting.has(status);
}

const gaveUpWaiting: ReadonlySet<number> = new Set([408, 499]);

/** What is known of the key that was sent, when the response came. */
interface SentKey {
  id: string | undefined;
  now: number;
}

function codeOf(status: number, operation: string, message: Message, key: SentKey): FastlyErrorCode {
  if (status >= 500) return "server-error";
  if (status === 429) return "rate-limited";
  if (gaveUpWaiting.has(status)) return "timed-out";
  if (status >= 300 && status < 400) return "redirected";
  if (status < 400 || !message.isFastlys) return "unexpected-response";
  const known = message.code === undefined ? undefined : codesOfRefusedCreates.get(message.code);
  if (known !== undefined && isSignIn(operation)) return known;
  switch (status) {
    case 400:
      return codeOfBadRequest(operation, message);
    case 401:
      return codeOfUnauthorized(message, key);
    case 403:
      return isWrongPassword(operation, message) ? "refused-credentials" : "forbidden";
    case 404:
      return "not-found";
    case 422:
      return operation === "POST /tokens" ? "invalid-expiry" : "bad-request";
    default:
      return "bad-request";
  }
}

/**
 * `Token <id> expired at <time>` (recorded) says that the key has expired, unless it is about another token, as where
 * a gateway puts in a key of its own, or about a time to come.
 */
function codeOfUnauthorized({ msg = "" }: Message, key: SentKey): FastlyErrorCode {
  const [, id, time] = /^Token (\S+) expired at (\S.*)$/.exec(msg) ?? [];
  if (id === undefined || time === undefined) return "unauthorized";
  const isOfKey = key.id === undefined ? id.length >= shortestId && isId(id) : id === key.id;
  return isOfKey && Date.parse(time) <= key.now + clockToleranceMs ? "expired-key" : "unexpected-response";
}

/** IDs are large numbers written with 62 digits: nearly all have 22 of them or 21. */
const shortestId = 18;

const clockToleranceMs = 60_000;

/** The codes of a refused `POST /tokens`: in `msg` (Fastly's page), or in `code` (the schema of fastly-py). */
const codesOfRefusedCreates: ReadonlyMap<string, FastlyErrorCode> = new Map([
  ["invalid_grant", "refused-credentials"],
  ["invalid_request", "missing-credentials"],
  ["invalid_scope", "invalid-scope"],
  ["account_locked", "account-locked"],
  ["2fa.verify", "refused-otp"],
]);

function isSignIn(operation: string): boolean {
  return operation === "POST /tokens" || operation === "POST /sudo";
}

/** `POST /sudo` refuses a wrong password with 403 and these words (Fastly's page on sudo). */
function isWrongPassword(operation: string, { msg = "", detail = "" }: Message): boolean {
  return operation === "POST /sudo" && /username\/password combination/i.test(`${msg} ${detail}`);
}

/**
 * Over the limit of live tokens, the text speaks of a limit or a maximum of tokens (assumed: token-limit-text).
 * Prose is not a protocol: what rests on this is bounded by the number of times that a password is sent
 * (src/token/password-guard.ts).
 */
function codeOfBadRequest(operation: string, { msg = "", detail = "" }: Message): FastlyErrorCode {
  if (operation !== "POST /tokens") return "bad-request";
  const text = `${msg} ${detail}`;
  if (/lock|attempt|fail|log ?in|sign|password|authenticat|sso/i.test(text)) return "bad-request";
  if (/limit|maximum/i.test(text) && /token/i.test(text)) return "token-limit";
  const isOfUser = /account|credential|user/i.test(text);
  return /expir/i.test(text) && !isOfUser ? "invalid-expiry" : "bad-request";
}

function accountNeed(headers: Headers): AccountNeed | undefined {
  if (headers["fastly-sso-login-url"] !== undefined) return "single-sign-on";
  if (/rotate/i.test(headers["fastly-password"] ?? "")) return "password-rotation";
  return /setup/i.test(headers["fastly-otp"] ?? "") ? "two-factor-setup" : undefined;
}

/** What a response's body says. */
interface Message {
  /** Whether it has the form of Fastly's errors, or names a known code of a refused create. */
  isFastlys: boolean;
  isEmpty: boolean;
  /** The code of a refused create. */
  code?: string;
  msg?: string;
  detail?: string;
}

function readMessage({ body, complete }: HttpResponse, operation: string): Message {
  const parsed = complete ? parseObject(body) : undefined;
  const { msg, detail, code } = parsed ?? {};
  const known = isSignIn(operation)
    ? [msg, code].find((text) => typeof text === "string" && codesOfRefusedCreates.has(text))
    : undefined;
  return {
    isEmpty: body.trim() === "",
    isFastlys: known !== undefined || (parsed !== undefined && isErrorOfFastlys(parsed)),
    ...(typeof known === "string" ? { code: known } : {}),
    ...(typeof msg === "string" ? { msg } : {}),
    ...(typeof detail === "string" ? { detail } : {}),
  };
}

function withoutSecrets(message: Message, secrets: readonly string[]): Message {
  const { msg, detail } = message;
  return {
    ...message,
    ...(msg === undefined ? {} : { msg: cleanText(msg, secrets) }),
    ...(detail === undefined ? {} : { detail: cleanText(detail, secrets) }),
  };
}

/** `msg`, maybe `detail` and `code`, and nothing else: a gateway's or a portal's own errors have other fields as well. */
function isErrorOfFastlys({ msg, detail, code, ...others }: Record<string, unknown>): boolean {
  if (typeof msg !== "string" || msg.trim() === "" || Object.keys(others).length > 0) return false;
  return [detail, code].every((field) => field === undefined || field === null || typeof field === "string");
}

function describe({ isFastlys, isEmpty, code, msg, detail }: Message): string {
  if (isEmpty) return ", with an empty body";
  if (!isFastlys) return ", with a body that is not in Fastly's format";
  const words = [msg ?? code, detail].filter((part) => part);
  return words.length > 0 ? `, ${words.join(": ")}` : ", without a message";
}
