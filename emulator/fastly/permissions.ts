import type { Scope, Token } from "../world/tokens.ts";

function has(token: Token, ...allowed: Scope[]): boolean {
  return token.scopes.some((scope) => allowed.includes(scope));
}

/** A limit on services does not limit what belongs to no service, and tokens belong to none. */
export const mayRead = (token: Token): boolean => has(token, "global", "global:read");
export const mayWrite = (token: Token): boolean => has(token, "global");

export const maySeeCustomer = (token: Token, customerId: string): boolean =>
  mayRead(token) && token.user.role === "superuser" && token.user.customer.id === customerId;

/** A superuser rules over the customer's tokens, others over their own. */
export function rules(token: Token, other: Token): boolean {
  if (token.user === other.user) return true;
  return token.user.role === "superuser" && token.user.customer === other.user.customer;
}

export const mayPurgeAll = (token: Token): boolean => has(token, "global", "purge_all");
export const mayPurgeSelected = (token: Token): boolean => has(token, "global", "purge_select");

export function coversService(token: Token, serviceId: string): boolean {
  return token.services.length === 0 || token.services.includes(serviceId);
}
