export {
  createIssuerKeys,
  type IssuerKeys,
  type IssuerKeysOptions,
  type KeyShelf,
  type ShelvedKeys,
} from "./issuer-keys.ts";
export type {
  GitHubClaims,
  Rejection,
  TrustedIssuer,
  Verification,
  VerifiedToken,
} from "./verification.ts";
export { type IsSignedBy, type VerifyOptions, verifyGitHubToken } from "./verify-github-token.ts";
