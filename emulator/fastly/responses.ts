import { timestamp } from "../world/clock.ts";
import { newId } from "../world/random.ts";
import type { Settings } from "../world/settings.ts";
import type { Token } from "../world/tokens.ts";

/** The shapes in which the API shows a token, as they were recorded. */

export function orNull(time: number | null): string | null {
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

/** The only response that shows the secret. */
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

/** The response about a token as the settings would have it. */
export function asSettingsSay<T extends { customer_id: string; services: readonly string[] }>(
  response: T,
  { servicesInResponses, customerIdInResponses }: Settings,
): Omit<T, "customer_id"> {
  while (fillers.length < servicesInResponses) fillers.push(newId());
  const missing = Math.max(0, servicesInResponses - response.services.length);
  const filled = { ...response, services: [...response.services, ...fillers.slice(0, missing)] };
  if (customerIdInResponses) return filled;
  const { customer_id, ...rest } = filled;
  return rest;
}
