/** An issuer that the configuration names; no other is ever asked for anything. */
export interface TrustedIssuer {
  /** Compared with `iss` as it stands, character by character. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** The origin of the GitHub server whose jobs this issuer speaks for, such as `https://github.com`. */
  readonly server: string;
}

/** Claims that every token must state as strings. */
export const stringClaims = [
  "jti",
  "sub",
  "repository",
  "repository_id",
  "repository_owner_id",
  "ref",
  "event_name",
  "workflow_ref",
  "run_id",
  "run_attempt",
  "sha",
] as const;

/** Of these, and of `check_run_id` where it is stated, nothing but digits is taken. */
export const digitClaims = ["repository_id", "repository_owner_id", "run_id", "run_attempt"] as const;

export type StringClaim = (typeof stringClaims)[number];

/**
 * The claims of a token that was verified: what GitHub says of a job. Frozen and without a prototype, so that
 * `claims[name]` is never anything but a claim; what is not typed here was not checked.
 */
export type GitHubClaims = Readonly<Record<StringClaim, string>> & {
  readonly iss: string;
  readonly aud: string;
  /** In seconds since the epoch, as `nbf` and `exp` are. */
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  /** GitHub states it since November 2025; older servers do not. */
  readonly check_run_id?: string;
} & { readonly [claim: string]: unknown };

/** Why a token was rejected: for the audit alone, never for whoever sent it. */
export type Rejection =
  | "too_long"
  | "not_three_parts"
  | "not_base64url"
  | "malformed_header"
  | "malformed_payload"
  | "wrong_alg"
  | "no_kid"
  | "critical_header"
  | "unknown_issuer"
  | "unknown_key"
  | "bad_signature"
  | "wrong_audience"
  | "malformed_time"
  | "expired"
  | "not_yet_valid"
  | "issued_in_the_future"
  | "too_old"
  | `malformed_claim:${StringClaim | "check_run_id"}`;

export interface VerifiedToken {
  readonly kind: "verified";
  readonly claims: GitHubClaims;
  readonly issuer: TrustedIssuer;
  /** Until when this very token would be verified again, in milliseconds since the epoch. */
  readonly acceptedUntil: number;
}

export interface RejectedToken {
  readonly kind: "rejected";
  readonly reason: Rejection;
}

export type Verification =
  | VerifiedToken
  | RejectedToken
  /** The issuer's keys could not be fetched: nothing is known about the token. */
  | { readonly kind: "unavailable"; readonly retryAfterMs: number };

export function rejected(reason: Rejection): RejectedToken {
  return { kind: "rejected", reason };
}
