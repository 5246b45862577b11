import type { CreatedToken, FastlyApi, FastlyError } from "../fastly/index.ts";
import type { Attempt } from "./journal.ts";
import type { Mismatch } from "./mismatch.ts";

/**
 * What became of a token. Each kind but `unknown` is a claim, and names the response that proves it
 * (docs/reliability.md lists them); every other response leaves the status unknown.
 */
export type TokenStatus =
  /** 204 to its revocation; or twice "not known" after a revocation whose response was lost. */
  | { kind: "revoked" }
  /** Fastly says that it expired, or twice that it does not know it: somebody else revoked it. */
  | { kind: "already-gone"; how: "expired" | "revoked" }
  /** Fastly's own list, read later than the longest time a create can take, does not show it. */
  | { kind: "never-created" }
  /** The job has it, and keeps it. */
  | { kind: "kept" }
  /** No request that could have ended it has left, or Fastly refused to revoke it. */
  | { kind: "still-alive"; problem: StatusProblem }
  | { kind: "unknown"; problem: StatusProblem };

/** The possible results of a revocation. */
export type RevokeStatus = Exclude<TokenStatus, { kind: "never-created" | "kept" }>;

export type Revoked = Extract<TokenStatus, { kind: "revoked" }>;

/** What is known of a token that could not be revoked. */
export type NotRevoked = Extract<TokenStatus, { problem: StatusProblem }>;

/**
 * Fastly says twice that it does not know a token that nobody here has seen: it ended before, or was mistyped. Where
 * a response was lost before that (`responseLost`), that request may have revoked it.
 */
export interface NotKnown {
  kind: "not-known";
  responseLost: boolean;
  /** Fastly's words that a token has expired, where nobody here can tell whether it is this one. */
  expiry?: FastlyError;
}

export type StatusProblem =
  | { kind: "error"; error: FastlyError }
  /** The create's response was lost, and it is too early to say that there will be no token. */
  | { kind: "may-still-appear" }
  /** Fastly's list of tokens does not even show the key that read it: it is not the whole list of its user. */
  | { kind: "list-without-key" }
  /** Only the broker could have settled it, and it did not; `reason` is half a sentence. */
  | { kind: "broker"; reason: string }
  /** Only a helper token could have settled it, and there is none; `selfError` is why the token itself could not. */
  | { kind: "no-helper"; helper: MissingHelper; selfError: FastlyError | undefined };

/** Why no helper token could be used. */
export type MissingHelper = NoCredentials | NotMinted;

export type NoCredentials =
  /** Post's inputs have none. */
  | { kind: "no-credentials" }
  /** Post's inputs have other credentials than main used. */
  | { kind: "other-credentials" }
  /** They are main's, but the state that says where to send them is not: something changed it in between. */
  | { kind: "changed-state" };

export type MintOutcome =
  /** `name` is what was asked for, and what the journal knows the token by. */
  | { kind: "minted"; name: string; token: CreatedToken }
  /** A token was created that is not what was asked for; `status` is what became of it. */
  | { kind: "not-as-asked"; token: CreatedToken; mismatches: Mismatch[]; status: TokenStatus }
  /** A token was created, but the rest of the response was rejected; `status` is what became of it. */
  | { kind: "malformed"; error: FastlyError; status: TokenStatus }
  | { kind: "failed"; error: FastlyError; tries: number }
  /** The password was refused before, or was sent as often as it may be: it was not sent. */
  | { kind: "password-not-sent"; why: "refused" | "sent-too-often" }
  | { kind: "interrupted" };

export type NotMinted = Exclude<MintOutcome, { kind: "minted" }>;

/** One token that was asked for, and its status. */
export interface TokenReport {
  name: string;
  /** Missing where the token's response was lost and it could not be looked up. */
  id?: string | undefined;
  /** null for a token that never expires. */
  expiresAt: string | null;
  status: TokenStatus;
}

export function reportOf(attempt: Attempt, status: TokenStatus, id = idOf(attempt)): TokenReport {
  return { name: attempt.name, id, expiresAt: attempt.expiresAt, status };
}

/** The token's ID, where a response named it. */
export function idOf({ status }: Attempt): string | undefined {
  return "accessToken" in status ? status.id : undefined;
}

export function isLeft({ kind }: TokenStatus): boolean {
  return kind === "still-alive" || kind === "unknown";
}

/** The status of a token that exists, after a revocation that failed. */
export function statusAfter(error: FastlyError): NotRevoked {
  const provesNothing = error.mayHaveHappened || error.code === "forbidden" || isUnknownToken(error);
  return { kind: provesNothing ? "unknown" : "still-alive", problem: { kind: "error", error } };
}

/**
 * The status of a token that existed and that Fastly does not know any more: where the response to a revocation was
 * lost, that one had worked.
 */
export function goneStatus(responseLost: boolean): RevokeStatus {
  return responseLost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
}

/** Whether Fastly says that it does not know a token: one such response alone may be of a place that does not know it yet. */
export function isUnknownToken({ code }: FastlyError): boolean {
  return code === "unauthorized" || code === "not-found";
}

/** How long to wait before the same question is asked again, in milliseconds. */
export const secondLookMs = 1_500;

/** How long after it was asked for, in milliseconds, a token is known everywhere at Fastly (assumed: known-soon). */
const youthMs = 3_500;

/**
 * How much longer "not known" may come from a place that does not know a token yet, in milliseconds.
 *
 * @param askedAt when the token was asked for, by the machine's clock, which may have been set since
 */
export function youthLeft({ clock }: FastlyApi, askedAt: number): number {
  return Math.min(youthMs, Math.max(0, askedAt + youthMs - clock.now()));
}
