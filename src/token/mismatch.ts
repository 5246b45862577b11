import type { Scope, Token } from "../fastly/index.ts";

/** What a job asks for. */
export interface Grant {
  scopes: readonly Scope[];
  /** IDs of services; empty for all of them. */
  services: readonly string[];
  lifetimeMs: number;
}

/** In what way a created token is not what was asked for. */
export type Mismatch =
  | { kind: "wider-scope"; granted: string }
  | { kind: "wider-services"; granted: readonly string[] }
  | { kind: "never-expires" }
  | { kind: "lives-too-long"; lifetimeMs: number }
  | { kind: "dead-on-arrival"; lifetimeMs: number };

const toleranceMs = 60_000;

/** Compares a created token with what was asked for; a token that is narrower than asked is not a mismatch, as long as it can be used. */
export function mismatches(token: Token, grant: Grant): Mismatch[] {
  return [
    ...scopeMismatch(token, grant),
    ...servicesMismatch(token, grant),
    ...lifetimeMismatch(token, grant),
  ];
}

function scopeMismatch(token: Token, grant: Grant): Mismatch[] {
  const asked: readonly string[] = grant.scopes;
  const granted = token.scope.split(/[\s,]+/).filter((scope) => scope !== "");
  const within =
    granted.length > 0 && granted.every((scope) => asked.includes(scope) || asked.includes("global"));
  return within ? [] : [{ kind: "wider-scope", granted: token.scope }];
}

function servicesMismatch(token: Token, grant: Grant): Mismatch[] {
  if (grant.services.length === 0) return [];
  const within = token.services.length > 0 && token.services.every((id) => grant.services.includes(id));
  return within ? [] : [{ kind: "wider-services", granted: token.services }];
}

/** How long a token lives, in milliseconds, by the server's clock alone: the machine's may be wrong. */
export function lifetimeOf({ createdAt, expiresAt }: Pick<Token, "createdAt" | "expiresAt">): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.parse(createdAt);
}

function lifetimeMismatch(token: Token, grant: Grant): Mismatch[] {
  const lifetimeMs = lifetimeOf(token);
  if (lifetimeMs === Number.POSITIVE_INFINITY) return [{ kind: "never-expires" }];
  if (lifetimeMs > grant.lifetimeMs + toleranceMs) return [{ kind: "lives-too-long", lifetimeMs }];
  if (lifetimeMs < Math.min(grant.lifetimeMs, toleranceMs) / 2)
    return [{ kind: "dead-on-arrival", lifetimeMs }];
  return [];
}

/** Whether a token's lifetime is within a minute of what was asked for; of a short one, within half of it. */
export function hasLifetimeAsked(token: Pick<Token, "createdAt" | "expiresAt">, grant: Grant): boolean {
  const tolerance = Math.min(toleranceMs, grant.lifetimeMs / 2);
  return Math.abs(lifetimeOf(token) - grant.lifetimeMs) <= tolerance;
}
