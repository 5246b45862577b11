import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Customer, User } from "../../world/accounts.ts";
import { parseTimestamp } from "../../world/clock.ts";
import { Refusal } from "../../world/refusal.ts";
import { type Scope, scopes } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticate, countWrite, readCredentials } from "../authentication.ts";
import { requireSudo, requireWrite } from "../permissions.ts";
import { formField, formFields, header, isJson } from "../requests.ts";
import { asSettingsSay, createdToken } from "../responses.ts";

/** Cut in silence, but never within a character. */
export function readName(name: string | undefined, limit: number | null): string | undefined {
  if (name === undefined || limit === null || Buffer.byteLength(name) <= limit) return name;
  let cut = "";
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > limit) break;
    cut += character;
  }
  return cut;
}

export function readScopes(text: string | undefined): Scope[] {
  if (text === undefined) return ["global"];
  const read = text.split(" ").map((word) => {
    const scope = scopes.find((known) => known === word);
    if (!scope) throw new Refusal("invalid_scope");
    return scope;
  });
  return [...new Set(read)];
}

export function readServices(ids: string[], customer: Customer): string[] {
  if (!ids.every((id) => customer.services.includes(id))) throw new Refusal("unknown_service");
  return [...new Set(ids)];
}

export function readExpiry(text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = parseTimestamp(text);
  if (time === undefined) throw new Refusal("malformed_expiry");
  return time;
}

/** Who creates: the user who signs in, or the user of a key whose sudo window is open. */
function creator(world: World, request: FastifyRequest): User {
  if (header(request, "fastly-key") === undefined) {
    const credentials = readCredentials(request);
    if (!credentials) throw new Refusal("invalid_request");
    return world.accounts.signIn(credentials, header(request, "fastly-otp"), {
      wrong: "invalid_grant",
      locked: "account_locked",
    });
  }
  const key = authenticate(world, request);
  requireWrite(key);
  requireSudo(world, key);
  return key.user;
}

export function createTokenRoute(api: FastifyInstance, world: World): void {
  api.post("/tokens", (request: FastifyRequest, reply: FastifyReply) => {
    if (isJson(request)) throw new Refusal("unsupported_body");
    const user = creator(world, request);
    countWrite(world, reply, user);
    const token = world.tokens.create({
      user,
      name: readName(formField(request, "name"), world.settings.nameLimit),
      scopes: readScopes(formField(request, "scope")),
      services: readServices(formFields(request, "services[]"), user.customer),
      expiresAt: readExpiry(formField(request, "expires_at")),
    });
    reply.send(asSettingsSay(createdToken(token), world.settings));
  });
}
