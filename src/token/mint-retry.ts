import type { FastlyError, FastlyErrorCode } from "../fastly/index.ts";
import { retryDelay } from "../http/retry-delay.ts";
import { notableOffsetMs, type Progress } from "./minting.ts";

/** Where a minting stands after a try that failed. */
export interface MintSituation {
  error: FastlyError;
  /** Tries so far, this one included. */
  tries: number;
  /** Responses lost so far, this one included if it was. */
  lostResponses: number;
  /** How often a response of this very kind could not be read, this one included. */
  alike: number;
  /** One-time passwords refused so far, this one included if it was. */
  refusedOtps: number;
  /** How many more requests may carry the password; Infinity where none has to, or one was accepted. */
  sendsLeft: number;
  /** How often the clock may still be corrected. */
  correctionsLeft: number;
  /** How far the server's clock is ahead of the machine's, as known so far, in milliseconds. */
  offsetMs: number;
  /** The machine's clock, in milliseconds since 1970. */
  now: number;
  remainingMs: number;
  /** Until a one-time password exists that was not sent yet, given how far the server's clock is ahead; 0 without two-factor. */
  untilNextOtp: (offsetMs: number) => number;
  /** Whether one-time passwords can be computed at all. */
  hasOtp: boolean;
  random: () => number;
}

export type RetryDecision =
  | { kind: "stop" }
  | {
      kind: "retry";
      report: Progress;
      /** What is now known of the server's clock. */
      offsetMs: number;
      /** A name whose token may exist is never asked for again. */
      underAnotherName: boolean;
    };

const stop: RetryDecision = { kind: "stop" };

const mostLostResponses = 2;
const mostAlike = 1;
const mostRefusedOtps = 2;

/** Whether, when and how to ask for a token again after a try that failed. */
export function decideRetry(situation: MintSituation): RetryDecision {
  const { error, tries, sendsLeft, random } = situation;
  const { code, retryAfterMs } = error;
  const backoffMs = retryDelay(tries, retryAfterMs, random);
  if (code === "unreachable" || code === "proxy-failed")
    return again({ kind: "waiting-for-connection", error, waitMs: backoffMs }, situation.offsetMs);
  if (isFinal(code) || sendsLeft <= 0) return stop;
  const offsetMs = learnedOffset(situation);
  const otpMs = situation.untilNextOtp(offsetMs);

  switch (code) {
    case "refused-otp":
      if (!situation.hasOtp || situation.refusedOtps > mostRefusedOtps) return stop;
      return again({ kind: "waiting-for-otp", waitMs: otpMs }, offsetMs);
    case "token-limit":
      return again({ kind: "waiting-for-room", error, waitMs: spread(situation, otpMs) }, offsetMs);
    case "rate-limited": {
      const waitMs = retryAfterMs === undefined ? spread(situation, otpMs) : Math.max(backoffMs, otpMs);
      if (!error.mayHaveHappened) return again({ kind: "waiting-for-rate-limit", waitMs }, offsetMs);
      return afterLostResponse(situation, waitMs, offsetMs);
    }
    case "invalid-expiry":
      if (offsetMs === situation.offsetMs) return stop;
      return again({ kind: "correcting-clock", offsetMs, waitMs: otpMs }, offsetMs);
    default:
      return afterLostResponse(situation, Math.max(backoffMs, otpMs), offsetMs);
  }
}

function again(report: Progress, offsetMs: number, underAnotherName = false): RetryDecision {
  return { kind: "retry", report, offsetMs, underAnotherName };
}

/** Fastly's own refusals, and what stands in the way whatever is sent. */
const final: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "missing-credentials",
  "account-locked",
  "invalid-scope",
  "bad-request",
  "unauthorized",
  "expired-key",
  "forbidden",
  "not-found",
  "proxy-refused",
  "untrusted-certificate",
  "aborted",
]);

function isFinal(code: FastlyErrorCode): boolean {
  return final.has(code);
}

/**
 * A response of a kind that could not be read twice will not be read a third time; and a 400, which is how Fastly
 * refuses credentials, is not tried again even where its body was lost.
 */
function afterLostResponse(situation: MintSituation, waitMs: number, offsetMs: number): RetryDecision {
  const { error, lostResponses, alike } = situation;
  if (!error.mayHaveHappened || lostResponses > mostLostResponses) return stop;
  if (isUnreadable(error) && (alike > mostAlike || error.status === 400)) return stop;
  // The first time may be a hiccup; after the second, an outage needs longer.
  const patientMs =
    lostResponses > 1 ? Math.max(waitMs, situation.remainingMs * share(situation, 4)) : waitMs;
  const isSudo = error.operation === "POST /sudo";
  const report = { kind: isSudo ? "sudo-response-lost" : "response-lost", error, waitMs: patientMs } as const;
  return again(report, offsetMs, !isSudo);
}

export function isUnreadable({ code }: FastlyError): boolean {
  return unreadable.has(code);
}

const unreadable: ReadonlySet<FastlyErrorCode> = new Set([
  "malformed-response",
  "unexpected-response",
  "response-too-large",
  "redirected",
]);

/** Where every try costs one of few, they are spread over the time there is. */
function spread(situation: MintSituation, otpMs: number): number {
  const { tries, error, sendsLeft, remainingMs, random } = situation;
  const backoffMs = retryDelay(tries, error.retryAfterMs, random);
  if (sendsLeft === Number.POSITIVE_INFINITY) return Math.max(backoffMs, otpMs);
  return Math.max(error.retryAfterMs ?? 0, remainingMs * share(situation, sendsLeft + 1), otpMs);
}

/** About one of so many parts, a random bit more or less, so that jobs that start together do not ask together. */
function share({ random }: MintSituation, parts: number): number {
  return (0.75 + random() / 2) / parts;
}

/** Takes the server's time from a refusal of Fastly's own that a wrong clock explains, where the machine's is notably off. */
function learnedOffset({ error, offsetMs, correctionsLeft, now }: MintSituation): number {
  if (error.code !== "invalid-expiry" && error.code !== "refused-otp") return offsetMs;
  if (error.serverNow === undefined || error.mayHaveHappened || correctionsLeft === 0) return offsetMs;
  const seen = error.serverNow - now;
  return Math.abs(seen - offsetMs) < notableOffsetMs ? offsetMs : seen;
}
