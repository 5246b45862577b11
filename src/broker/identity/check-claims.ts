import type { JsonObject } from "./read-jwt.ts";
import { digitClaims, type GitHubClaims, type Rejection, stringClaims } from "./verification.ts";

const skewSeconds = 30;
/** Whatever `exp` says: GitHub's tokens live for five minutes, and one that is older was kept by somebody. */
const oldestSeconds = 600;

export interface Expected {
  readonly audience: string;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

export type CheckedClaims =
  | { readonly kind: "claims"; readonly claims: GitHubClaims; readonly acceptedUntil: number }
  | { readonly kind: "rejected"; readonly reason: Rejection };

/** Judges the claims of a payload whose signature and issuer were verified. */
export function checkClaims(payload: JsonObject, expected: Expected): CheckedClaims {
  const reason = audienceFault(payload, expected) ?? timeFault(payload, expected) ?? shapeFault(payload);
  if (reason !== undefined) return { kind: "rejected", reason };
  // Each member of the type was judged just now.
  const claims = payload as GitHubClaims;
  return { kind: "claims", claims, acceptedUntil: acceptedUntil(claims) };
}

/** A list that holds our audience is refused as well: it is good somewhere else, too. */
function audienceFault({ aud }: JsonObject, { audience }: Expected): Rejection | undefined {
  return aud === audience ? undefined : "wrong_audience";
}

function timeFault({ exp, nbf, iat }: JsonObject, expected: Expected): Rejection | undefined {
  if (!isTime(exp) || !isTime(nbf) || !isTime(iat)) return "malformed_time";
  const now = expected.now / 1000;
  if (now >= exp + skewSeconds) return "expired";
  if (now < nbf - skewSeconds) return "not_yet_valid";
  if (now < iat - skewSeconds) return "issued_in_the_future";
  return now > iat + oldestSeconds ? "too_old" : undefined;
}

/** JSON can write an infinite number: 1e999. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function shapeFault(payload: JsonObject): Rejection | undefined {
  for (const name of stringClaims) {
    const value = payload[name];
    // A `deployment` of a commit that no branch or tag names has an empty `ref`.
    if (typeof value !== "string" || (value === "" && name !== "ref")) return `malformed_claim:${name}`;
  }
  for (const name of digitClaims) if (!isDigits(payload[name])) return `malformed_claim:${name}`;
  if ("check_run_id" in payload && !isDigits(payload.check_run_id)) return "malformed_claim:check_run_id";
  return undefined;
}

function isDigits(value: unknown): boolean {
  return typeof value === "string" && /^[0-9]{1,20}$/.test(value);
}

function acceptedUntil({ exp, iat }: GitHubClaims): number {
  return Math.min(exp + skewSeconds, iat + oldestSeconds) * 1000;
}
