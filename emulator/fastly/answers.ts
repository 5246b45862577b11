import { timestamp } from "../world/clock.ts";
import { newId } from "../world/random.ts";
import type { Token } from "../world/tokens.ts";

/** The shapes in which the API shows a token, as they were recorded. */

function orNull(time: number | null): string | null {
  return time === null ? null : timestamp(time);
}

function common(token: Token) {
  return {
    id: token.id,
    user_id: token.user.id,
    customer_id: token.user.customer.id,
    name: token.name,
    created_at: timestamp(token.createdAt),
    expires_at: orNull(token.expiresAt),
    scope: token.scopes.join(" "),
    services: token.services,
    service_id: token.services.at(-1) ?? null,
  };
}

/** The only answer that shows the secret. */
export function createdToken(token: Token) {
  return { ...common(token), updated_at: timestamp(token.createdAt), access_token: token.accessToken };
}

export function readToken(token: Token) {
  return {
    ...common(token),
    scopes: token.scopes,
    last_used_at: orNull(token.lastUse?.at ?? null),
    ip: token.lastUse?.ip ?? null,
    user_agent: token.lastUse?.userAgent ?? null,
    sudo_expires_at: orNull(token.sudoUntil),
  };
}

const fillers: string[] = [];

/** The answer with at least so many services. */
export function fillServices<T extends { services: readonly string[] }>(answer: T, count: number): T {
  while (fillers.length < count) fillers.push(newId());
  const missing = Math.max(0, count - answer.services.length);
  return { ...answer, services: [...answer.services, ...fillers.slice(0, missing)] };
}
