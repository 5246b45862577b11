import type { Scope } from "../../fastly/index.ts";
import { matchesGlob } from "./glob.ts";

/** One way for a claim to match. */
export type Matcher =
  | { readonly kind: "exact"; readonly text: string }
  | { readonly kind: "glob"; readonly glob: string };

/** A rule of the policy, compiled once. */
export interface Rule {
  readonly id: string;
  /** IDs of the Fastly users that mint for it. */
  readonly users: readonly string[];
  /** Each claim has to match one of its matchers. */
  readonly match: ReadonlyMap<string, readonly Matcher[]>;
  /** Every issuer of the GitHub servers that its `iss` is for; undefined where it does not match `iss`. */
  readonly issuers?: ReadonlySet<string> | undefined;
  readonly ownerIds: ReadonlySet<string>;
  readonly repositoryIds: ReadonlySet<string>;
  readonly grant: RuleGrant;
  readonly quotas: RuleQuotas;
}

export interface RuleGrant {
  readonly scopes: readonly Scope[];
  /** `*` where the rule writes out that all services are granted. */
  readonly services: readonly string[] | "*";
  readonly maxTtlMs: number;
}

export interface RuleQuotas {
  /** Tokens of the rule that live at once. */
  readonly maxLive: number | undefined;
  readonly perHour: number | undefined;
}

export type Rules = ReadonlyMap<string, Rule>;

/** What a JWT says of a job. Only strings ever match. */
export type Claims = { readonly [claim: string]: unknown };

/** Whether a claim is stated, is a string, and matches one of the matchers. */
export function matchesClaim(claims: Claims, claim: string, matchers: readonly Matcher[]): boolean {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return typeof value === "string" && matchers.some((matcher) => matches(matcher, value));
}

function matches(matcher: Matcher, value: string): boolean {
  return matcher.kind === "exact" ? matcher.text === value : matchesGlob(matcher.glob, value);
}
