import type { FastlyError, FastlyErrorCode } from "../../fastly/index.ts";
import { formatDuration } from "../../text/duration.ts";
import type { Credentials } from "../../token/minting.ts";
import type { Mismatch } from "../../token/mismatch.ts";
import type { NotMinted, TokenStatus } from "../../token/token-status.ts";
import { quoted } from "../log.ts";
import { explain } from "./errors.ts";

/** Why the job got no token. Post revokes any token that was created all the same. */
export function notMinted(outcome: NotMinted, credentials: Pick<Credentials, "otpSource">): string {
  const later = "post tries again";
  switch (outcome.kind) {
    case "failed":
      return failedWords(outcome, credentials);
    case "interrupted":
      return "The step was interrupted. If a token was created, post looks for it and revokes it.";
    case "password-not-sent":
      return passwordNotSent[outcome.why];
    case "malformed":
      return `Fastly created a token, but the response was invalid. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
    case "not-as-asked":
      return `${mismatched(outcome)} ${endingWords(outcome.status, later)} ${checkInputs}`;
  }
}

/** Why the step has no helper token; one that was created lives for two minutes at most. */
export function noHelper(outcome: NotMinted): string {
  const later = "it expires within two minutes";
  switch (outcome.kind) {
    case "failed":
      return `No helper token could be created. ${failedWords(outcome)}`;
    case "interrupted":
      return "Interrupted while a helper token was being created; if it exists, it expires within two minutes.";
    case "password-not-sent":
      return `No helper token could be created. ${passwordNotSent[outcome.why]}`;
    case "malformed":
      return `Fastly created a helper token, but the response was invalid. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
    case "not-as-asked":
      return `${mismatched(outcome, "helper token")} ${endingWords(outcome.status, outlivesHelpers(outcome) ? "revoke it in Fastly's control panel" : later)} ${checkInputs}`;
  }
}

function outlivesHelpers({ mismatches }: Extract<NotMinted, { kind: "not-as-asked" }>): boolean {
  return mismatches.some(({ kind }) => kind === "never-expires" || kind === "lives-too-long");
}

const passwordNotSent = {
  refused:
    "Fastly rejected the username or password earlier, so they were not sent again, to avoid locking the account.",
  "sent-too-often":
    "The password was sent four times without being accepted, so it was not sent again, to avoid locking the account.",
} as const;

const checkInputs =
  "Check that Fastly grants this user what the inputs ask for, and that the machine's clock is right.";

function failedWords(
  { error, tries }: Extract<NotMinted, { kind: "failed" }>,
  credentials?: Pick<Credentials, "otpSource">,
): string {
  const tried = tries > 1 ? ` The action tried ${tries} times.` : "";
  const isMissing = error.code === "refused-otp" && credentials?.otpSource.kind === "none";
  return `${isMissing ? `${noTotpSecret} (${error.message})` : explain(error)}${tried}`;
}

const noTotpSecret =
  "Fastly requires a one-time password, because this user has two-factor authentication. Set the input totp-secret to the user's two-factor secret.";

function mismatched(
  { token, mismatches }: Extract<NotMinted, { kind: "not-as-asked" }>,
  noun: "token" | "helper token" = "token",
): string {
  return `Fastly created ${noun} ${token.id}, but ${mismatches.map(mismatchWords).join("; ")}.`;
}

/** Why a companion action had nothing to work with. */
export function noKeyToWorkWith(
  failed:
    | { kind: "no-helper"; outcome: NotMinted }
    | { kind: "bad-key"; error: FastlyError }
    | { kind: "no-key"; text: string },
): string {
  if (failed.kind === "no-key") return failed.text;
  if (failed.kind === "bad-key") return badKey(failed.error);
  const isFull = failed.outcome.kind === "failed" && failed.outcome.error.code === "token-limit";
  return `${noHelper(failed.outcome)}${isFull ? " With an api-key, no helper token is needed." : ""}`;
}

/** The key was asked about itself, before anything else: whatever is wrong is wrong with the key, or on the way. */
function badKey(error: FastlyError): string {
  const isRejected = rejections.has(error.code);
  return `${isRejected ? "The key in the input api-key was rejected: it is incomplete, expired or revoked. " : ""}${explain(error)}`;
}

const rejections: ReadonlySet<FastlyErrorCode> = new Set([
  "unauthorized",
  "expired-key",
  "forbidden",
  "not-found",
]);

export function mismatchWords(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case "wider-scope":
      return `its scope is ${quoted(mismatch.granted)}, wider than requested`;
    case "wider-services":
      return `it covers ${mismatch.granted.length === 0 ? "every service" : quoted(mismatch.granted.join(" "))}, more than requested`;
    case "never-expires":
      return "it never expires";
    case "lives-too-long":
      return `it lives for ${formatDuration(mismatch.lifetimeMs)}, longer than requested`;
    case "dead-on-arrival":
      return `it lives for only ${formatDuration(Math.max(0, mismatch.lifetimeMs))}, too short for a job`;
  }
}

export function endingWords(status: TokenStatus, later: string): string {
  switch (status.kind) {
    case "revoked":
      return "It was revoked immediately.";
    case "already-gone":
      return "It is already gone.";
    default:
      return `It could not be revoked immediately; ${later}.`;
  }
}
