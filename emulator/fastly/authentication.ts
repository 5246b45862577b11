import type { FastifyReply, FastifyRequest } from "fastify";
import type { Credentials } from "../world/accounts.ts";
import type { JournalEntry } from "../world/journal.ts";
import { Refusal } from "../world/refusal.ts";
import type { Token } from "../world/tokens.ts";
import type { World } from "../world/world.ts";

/** The last value of a form field, as the form may repeat it. */
export function formField(request: FastifyRequest, name: string): string | undefined {
  return formFields(request, name).at(-1);
}

export function formFields(request: FastifyRequest, name: string): string[] {
  const form = request.body as Record<string, string | string[]> | undefined;
  const value = form?.[name] ?? [];
  return typeof value === "string" ? [value] : value;
}

/** One header's value. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function basicCredentials(request: FastifyRequest): Credentials | undefined {
  const encoded = /^Basic (.+)$/i.exec(header(request, "authorization") ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString();
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function formCredentials(request: FastifyRequest): Credentials | undefined {
  const username = formField(request, "username");
  const password = formField(request, "password");
  return username && password ? { username, password } : undefined;
}

/** A username and a password, from the form or by HTTP Basic. */
export function readCredentials(request: FastifyRequest): Credentials | undefined {
  return formCredentials(request) ?? basicCredentials(request);
}

export function kindOfCredential(request: FastifyRequest): JournalEntry["credential"] {
  if (header(request, "fastly-key") !== undefined) return "key";
  if (formCredentials(request)) return "form";
  if (header(request, "authorization") !== undefined) return "basic";
  return "none";
}

export function carriesPassword(request: FastifyRequest): boolean {
  return formField(request, "password") !== undefined || basicCredentials(request) !== undefined;
}

/** The token whose key the request carries, if it is alive; notes the use. */
export function authenticate(world: World, request: FastifyRequest): Token {
  const key = header(request, "fastly-key");
  if (!key) throw new Refusal("missing_token");
  const token = world.tokens.findByAccessToken(key);
  if (!token) throw new Refusal("invalid_token");
  const state = world.tokens.state(token);
  if (state === "expired") throw new Refusal("expired_token");
  if (state === "revoked") throw new Refusal("revoked_token", world.settings.revokedStatus);
  if (world.clock() < token.keyKnownAt) throw new Refusal("missing_token");
  token.lastUse = { at: world.clock(), ip: request.ip, userAgent: header(request, "user-agent") ?? null };
  return token;
}

/** Counts a write against the customer's hourly limit, and says in the answer's headers what is left of it. */
export function countWrite(world: World, reply: FastifyReply, customerId: string): void {
  const { allowed, remaining, resetSeconds } = world.writeLimit.note(customerId);
  reply.header("Fastly-RateLimit-Remaining", remaining);
  reply.header("Fastly-RateLimit-Reset", resetSeconds);
  if (!allowed) throw new Refusal("write_limit");
}

/** Authenticates a request that changes something, and counts it. */
export function authenticateWrite(world: World, request: FastifyRequest, reply: FastifyReply): Token {
  const token = authenticate(world, request);
  countWrite(world, reply, token.user.customer.id);
  return token;
}
