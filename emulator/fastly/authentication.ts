import type { FastifyReply, FastifyRequest } from "fastify";
import type { Credentials, User } from "../world/accounts.ts";
import { timestamp } from "../world/clock.ts";
import type { JournalEntry } from "../world/journal.ts";
import { Refusal } from "../world/refusal.ts";
import type { Token } from "../world/tokens.ts";
import type { World } from "../world/world.ts";
import { formField, header, isJson } from "./requests.ts";

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
  if (!isJson(request) && formCredentials(request)) return "form";
  if (header(request, "authorization") !== undefined) return "basic";
  return "none";
}

export function carriesPassword(request: FastifyRequest): boolean {
  return formField(request, "password") !== undefined || basicCredentials(request) !== undefined;
}

/** The token whose key the request carries, if it is alive; notes the use. */
export function authenticate(world: World, request: FastifyRequest): Token {
  const { tokens, settings, clock } = world;
  const key = header(request, "fastly-key");
  if (!key) throw new Refusal("missing_token");
  const token = tokens.findByAccessToken(key);
  if (!token) throw new Refusal("dead_or_unknown_token", { status: settings.unknownKeyStatus });
  const state = tokens.state(token);
  if (state === "expired") throw expired(token);
  if (state === "revoked") throw new Refusal("dead_or_unknown_token", { status: settings.revokedStatus });
  if (clock() < token.keyKnownAt) throw new Refusal("dead_or_unknown_token");
  token.lastUse = { at: clock(), ip: request.ip, userAgent: header(request, "user-agent") ?? null };
  return token;
}

function expired({ id, expiresAt }: Token): Refusal {
  return new Refusal("expired_token", { msg: `Token ${id} expired at ${timestamp(expiresAt ?? 0)}` });
}

/** Counts a write against the user's hourly limit, and says in the response's headers what is left of it. */
export function countWrite(world: World, reply: FastifyReply, user: User): void {
  const allowed = world.writeLimit.note(user.id);
  sayWhatIsLeft(world, reply, user);
  if (!allowed) throw new Refusal("write_limit");
}

function sayWhatIsLeft(world: World, reply: FastifyReply, user: User): void {
  const { remaining, resetSeconds } = world.writeLimit.left(user.id);
  reply.header("Fastly-RateLimit-Remaining", remaining);
  reply.header("Fastly-RateLimit-Reset", resetSeconds);
}

/** Authenticates a request that changes something, and counts it. */
export function authenticateWrite(world: World, request: FastifyRequest, reply: FastifyReply): Token {
  const known = world.tokens.findByAccessToken(header(request, "fastly-key") ?? "");
  // Recorded: an expired token is refused with these headers.
  if (known && world.tokens.state(known) === "expired") sayWhatIsLeft(world, reply, known.user);
  const token = authenticate(world, request);
  countWrite(world, reply, token.user);
  return token;
}
