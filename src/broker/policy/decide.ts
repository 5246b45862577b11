import type { Scope } from "../../fastly/index.ts";
import { isId, scopes as knownScopes } from "../../fastly/shapes.ts";
import { type Claims, matchesClaim, type Rule, type Rules } from "./rule.ts";

/** Events whose jobs may run code that nobody reviewed, with the rights of the branch that they run for. */
export const deniedEvents: readonly string[] = ["pull_request_target", "workflow_run"];

/** What a request asks for. What is left out is all that the rule grants. */
export interface Asked {
  readonly scopes?: readonly string[] | undefined;
  /** `["*"]` for all services. */
  readonly services?: readonly string[] | undefined;
  readonly expiresInSeconds?: number | undefined;
}

/** What a token is minted with. */
export interface Grant {
  readonly scopes: readonly Scope[];
  /** Empty for all services. */
  readonly services: readonly string[];
  readonly ttlMs: number;
}

/** A claim that the rule does not match, with the caller's own value. */
export interface FailedClaim {
  readonly claim: string;
  /** null where the JWT does not state the claim. */
  readonly value: string | null;
}

/** What a rule says to a caller whose organization it knows. The kinds are the error codes of the service. */
export type Judgement =
  | { readonly kind: "granted"; readonly rule: Rule; readonly grant: Grant }
  | { readonly kind: "event_denied"; readonly event: string }
  | { readonly kind: "claim_mismatch"; readonly failed: readonly FailedClaim[] }
  | { readonly kind: "scope_not_granted" }
  | { readonly kind: "services_not_granted" }
  | { readonly kind: "lifetime_not_granted" };

export type FoundRule =
  | { readonly kind: "found"; readonly rule: Rule }
  | { readonly kind: "unknown_rule" }
  /** The caller's organization is unknown to the rule: it learns nothing of the policy, not even what exists. */
  | { readonly kind: "token_rejected" };

export type Decision = Judgement | Exclude<FoundRule, { readonly kind: "found" }>;

/** Decides a request: finds the rule that it names, and judges it by this rule alone. */
export function decide(rules: Rules, ruleId: string, claims: Claims, asked: Asked = {}): Decision {
  const found = findRule(rules, ruleId, claims);
  return found.kind === "found" ? judge(found.rule, claims, asked) : found;
}

/** Finds the rule that a request names, for a caller of an organization that it knows. */
export function findRule(rules: Rules, ruleId: string, claims: Claims): FoundRule {
  const rule = rules.get(ruleId);
  if (rule) return knowsOwner(rule, claims) ? { kind: "found", rule } : { kind: "token_rejected" };
  const isKnown = [...rules.values()].some((other) => knowsOwner(other, claims));
  return isKnown ? { kind: "unknown_rule" } : { kind: "token_rejected" };
}

/** IDs are unique on one GitHub server: where a rule names the issuer, another server's owner is not known to it. */
function knowsOwner({ match, issuers }: Rule, claims: Claims): boolean {
  const isOfServer = !issuers || (typeof claims.iss === "string" && issuers.has(claims.iss));
  return isOfServer && matchesClaim(claims, "repository_owner_id", match.get("repository_owner_id") ?? []);
}

/** Judges the claims and then what is asked for. Nothing is clipped: more than the rule grants is refused. */
export function judge(rule: Rule, claims: Claims, asked: Asked = {}): Judgement {
  const event = Object.hasOwn(claims, "event_name") ? claims.event_name : undefined;
  if (typeof event === "string" && deniedEvents.includes(event)) return { kind: "event_denied", event };
  const failed = failedClaims(rule, claims);
  if (failed.length > 0) return { kind: "claim_mismatch", failed };
  const scopes = narrowScopes(rule, asked.scopes);
  if (!scopes) return { kind: "scope_not_granted" };
  const services = narrowServices(rule, asked.services);
  if (!services) return { kind: "services_not_granted" };
  const ttlMs = narrowLifetime(rule, asked.expiresInSeconds);
  if (ttlMs === undefined) return { kind: "lifetime_not_granted" };
  return { kind: "granted", rule, grant: { scopes, services, ttlMs } };
}

function failedClaims({ match }: Rule, claims: Claims): FailedClaim[] {
  return [...match]
    .filter(([claim, matchers]) => !matchesClaim(claims, claim, matchers))
    .map(([claim]) => ({ claim, value: ownValue(claims, claim) }));
}

function ownValue(claims: Claims, claim: string): string | null {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (value === undefined) return null;
  return typeof value === "string" ? value : (JSON.stringify(value) ?? null);
}

function narrowScopes({ grant }: Rule, asked: readonly string[] | undefined): readonly Scope[] | undefined {
  if (asked === undefined) return grant.scopes;
  const known = knownScopes.filter((scope) => asked.includes(scope));
  const isKnown =
    asked.length > 0 && asked.every((text) => (knownScopes as readonly string[]).includes(text));
  return isKnown && known.every((scope) => holds(grant.scopes, scope)) ? known : undefined;
}

/** `global` holds every other scope; no other holds anything but itself. */
function holds(granted: readonly Scope[], scope: Scope): boolean {
  return granted.includes(scope) || granted.includes("global");
}

function narrowServices(
  { grant }: Rule,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const { services: granted } = grant;
  if (asked === undefined) return granted === "*" ? [] : granted;
  // An empty list would be a token for all services.
  const asksForAll = asked.length === 0 || asked.includes("*");
  if (asksForAll) return granted === "*" && asked.length === 1 ? [] : undefined;
  const isGranted = (id: string) => (granted === "*" ? isId(id) : granted.includes(id));
  return asked.every(isGranted) ? [...new Set(asked)] : undefined;
}

function narrowLifetime({ grant }: Rule, seconds: number | undefined): number | undefined {
  if (seconds === undefined) return grant.maxTtlMs;
  const isGranted = Number.isSafeInteger(seconds) && seconds > 0 && seconds * 1000 <= grant.maxTtlMs;
  return isGranted ? seconds * 1000 : undefined;
}
