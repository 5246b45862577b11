import { Refusal } from "../world/refusal.ts";
import type { Service } from "../world/services.ts";
import type { Scope, Token } from "../world/tokens.ts";
import type { World } from "../world/world.ts";

function has(token: Token, ...allowed: Scope[]): boolean {
  return token.scopes.some((scope) => allowed.includes(scope));
}

/** A limit on services does not limit what belongs to no service, and tokens belong to none. */
const mayRead = (token: Token): boolean => has(token, "global", "global:read");

export function requireRead(token: Token): void {
  if (!mayRead(token)) throw new Refusal("forbidden");
}

export function requireWrite(token: Token): void {
  if (has(token, "global")) return;
  throw new Refusal(has(token, "global:read") ? "read_only_token" : "forbidden");
}

export function requirePurge(token: Token, scope: "purge_all" | "purge_select"): void {
  if (has(token, "global", scope)) return;
  throw new Refusal(has(token, "global:read") ? "read_only_token" : "forbidden");
}

export const isSuperuser = (token: Token): boolean =>
  token.user.role === "superuser" && token.automation === null;

export const maySeeCustomer = (token: Token, customerId: string): boolean =>
  mayRead(token) && isSuperuser(token) && token.user.customer.id === customerId;

/** A superuser rules over the customer's tokens, others over their own; an automation token over itself. */
export function rules(token: Token, other: Token): boolean {
  if (token === other) return true;
  if (isSuperuser(token)) return token.user.customer === other.user.customer;
  return token.user === other.user && token.automation === null && other.automation === null;
}

export function requireSudo({ clock }: World, token: Token): void {
  if (token.sudoUntil === null || token.sudoUntil <= clock()) throw new Refusal("sudo_required");
}

export function covers(token: Token, serviceId: string): boolean {
  return token.services.length === 0 || token.services.includes(serviceId);
}

/** The customer's service of that ID, if the token covers it. */
export function coveredService({ services, settings }: World, token: Token, id: string): Service {
  if (covers(token, id)) return services.find(token.user.customer, id);
  throw new Refusal(settings.uncoveredServiceStatus === 404 ? "not_found" : "forbidden");
}
