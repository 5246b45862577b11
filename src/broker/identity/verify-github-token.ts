import type { CryptoKey } from "jose";
import { JOSEError } from "jose/errors";
import { compactVerify } from "jose/jws/compact/verify";
import type { Clock } from "../../http/clock.ts";
import { checkClaims } from "./check-claims.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import { readJwt } from "./read-jwt.ts";
import { rejected, type TrustedIssuer, type Verification } from "./verification.ts";

export interface VerifyOptions {
  /** The static list: what it does not hold is refused without a network call. */
  issuers: readonly TrustedIssuer[];
  audience: string;
  keys: IssuerKeys;
  clock: Clock;
  /** jose's, over WebCrypto, where the host hands in no other. */
  isSignedBy?: IsSignedBy | undefined;
}

/**
 * Whether a key has signed a token with RS256.
 *
 * @param key of the issuer's own set, for RS256 alone
 * @param token three parts of base64url, of which the first states RS256 and nothing critical
 */
export type IsSignedBy = (key: CryptoKey, token: string) => boolean | Promise<boolean>;

/** Verifies a GitHub OIDC token. The order matters: nothing is fetched for a token that could not be good. */
export async function verifyGitHubToken(token: string, options: VerifyOptions): Promise<Verification> {
  const jwt = readJwt(token);
  if (jwt.kind === "rejected") return jwt;

  const issuer = options.issuers.find(({ issuer }) => issuer === jwt.payload.iss);
  if (!issuer) return rejected("unknown_issuer");

  const found = await options.keys.find(issuer, jwt.kid);
  if (found.kind === "unavailable") return found;
  if (found.kind === "unknown") return rejected("unknown_key");
  const { audience, clock, isSignedBy = isSignedByWebCrypto } = options;
  const isSigned = isSignedBy(found.key, token);
  // Node's own says so at once, and what is not awaited costs no promise.
  if (!(isSigned instanceof Promise ? await isSigned : isSigned)) return rejected("bad_signature");

  const checked = checkClaims(jwt.payload, { audience, now: clock.now() });
  if (checked.kind === "rejected") return checked;
  return { kind: "verified", claims: checked.claims, issuer, acceptedUntil: checked.acceptedUntil };
}

/** The key is the one of our own set; whatever key the token brings along (`jwk`, `jku`, `x5u`, `x5c`) is not looked at. */
export async function isSignedByWebCrypto(key: CryptoKey, token: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ["RS256"] });
    return true;
  } catch (error) {
    if (error instanceof JOSEError) return false;
    throw error;
  }
}
