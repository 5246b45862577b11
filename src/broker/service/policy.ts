import type { Scope } from "../../fastly/index.ts";
import type { GitHubClaims, TrustedIssuer } from "../identity/index.ts";
import type { Quotas } from "../store/store.ts";
import type { FailedClaim } from "./refusal.ts";

/** What the service needs of a loaded configuration. */
export interface Policy {
  /** SHA-256 of the file, for the audit. */
  readonly hash: string;
  readonly audience: string;
  readonly issuers: readonly TrustedIssuer[];
  readonly rules: ReadonlyMap<string, Rule>;
  judge(request: PolicyRequest): Judgement;
}

export interface Rule {
  readonly id: string;
  readonly users: readonly string[];
  readonly ownerIds: ReadonlySet<string>;
  readonly repositoryIds: ReadonlySet<string>;
  readonly quotas: Quotas;
}

export interface PolicyRequest {
  rule: Rule;
  claims: GitHubClaims;
  scope: string | undefined;
  services: string | undefined;
  expiresIn: number | undefined;
}

/** What a rule says to a request from an organization that it knows. */
export type Judgement =
  | { kind: "granted"; grant: PolicyGrant }
  | { kind: "event-denied" }
  | { kind: "claim-mismatch"; failed: readonly FailedClaim[] }
  | { kind: "scope-not-granted" }
  | { kind: "services-not-granted" }
  | { kind: "lifetime-not-granted" };

export interface PolicyGrant {
  scopes: readonly Scope[];
  /** Empty for all services, where the rule writes that out. */
  services: readonly string[];
  lifetimeMs: number;
}
