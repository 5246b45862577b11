import type { FastifyInstance, FastifyRequest } from "fastify";
import { timestamp } from "../../world/clock.ts";
import { Refusal } from "../../world/refusal.ts";
import type { AutomationRole, Token } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticate, authenticateWrite } from "../authentication.ts";
import { pageOf } from "../pages.ts";
import { isSuperuser, requireRead, requireSudo, requireWrite } from "../permissions.ts";
import { isObject } from "../requests.ts";
import { orNull } from "../responses.ts";
import { readExpiry, readName, readScopes, readServices } from "./create-token.ts";

const roles: readonly AutomationRole[] = ["billing", "engineer", "user"];

type Fields = Record<string, unknown>;

/** The fields of a JSON body, bare or as the attributes of a JSON:API document. */
function readFields(body: unknown): Fields {
  const fields = isObject(body) && isObject(body.attributes) ? body.attributes : body;
  if (!isObject(fields)) throw new Refusal("malformed_automation_token");
  return fields;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** What the customer's superusers create for machines: the customer's tokens, whoever leaves it. */
export function automationTokenRoutes(api: FastifyInstance, world: World): void {
  function requireSuperuser(key: Token): void {
    if (!isSuperuser(key)) throw new Refusal("forbidden");
  }

  function reader(request: FastifyRequest): Token {
    const key = authenticate(world, request);
    requireRead(key);
    requireSuperuser(key);
    return key;
  }

  function find(key: Token, id: string): Token {
    const token = world.tokens.findVisible(id);
    if (!token?.automation || token.user.customer !== key.user.customer) throw new Refusal("not_found");
    return token;
  }

  api.get("/automation-tokens", (request, reply) => {
    const key = reader(request);
    const { items, meta } = pageOf(request, world.tokens.visibleAutomation(key.user.customer.id));
    reply.send({ data: items.map(listed), meta });
  });

  api.get<{ Params: { id: string } }>("/automation-tokens/:id", (request, reply) => {
    reply.send(read(find(reader(request), request.params.id)));
  });

  api.post("/automation-tokens", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    requireWrite(key);
    requireSuperuser(key);
    requireSudo(world, key);
    // Documented: not where the account forces single sign-on or two-factor authentication.
    if (key.user.hurdle) throw new Refusal("forbidden");
    const fields = readFields(request.body);
    const name = readName(text(fields.name), world.settings.nameLimit);
    const role = roles.find((known) => known === fields.role);
    if (name === undefined || role === undefined) throw new Refusal("malformed_automation_token");
    const token = world.tokens.create({
      user: key.user,
      automation: { role, tlsAccess: fields.tls_access === true },
      name,
      scopes: readScopes(text(fields.scope)),
      services: readServices(texts(fields.services), key.user.customer),
      expiresAt: readExpiry(text(fields.expires_at)),
    });
    reply.send(created(token));
  });

  api.delete<{ Params: { id: string } }>("/automation-tokens/:id", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    requireWrite(key);
    requireSuperuser(key);
    world.tokens.revoke(find(key, request.params.id));
    reply.code(204).send();
  });
}

function common({ id, name, automation, createdAt }: Token) {
  return { id, name, role: automation?.role, created_at: timestamp(createdAt) };
}

/** As recorded: what is not there is empty text. */
function created(token: Token) {
  return {
    ...common(token),
    services: token.services,
    access_token: token.accessToken,
    scope: token.scopes.join(" "),
    ip: "",
    last_used_at: "",
    expires_at: orNull(token.expiresAt) ?? "",
    user_agent: "",
    tls_access: token.automation?.tlsAccess,
    customer_id: token.user.customer.id,
  };
}

function uses({ lastUse }: Token) {
  return {
    ip: lastUse?.ip ?? null,
    user_agent: lastUse?.userAgent ?? null,
    last_used_at: orNull(lastUse?.at ?? null),
  };
}

/** As recorded: without services there is no list of them. */
function read(token: Token) {
  return {
    ...common(token),
    ...uses(token),
    services: token.services.length > 0 ? token.services : null,
    access_token: "",
    scope: token.scopes.join(" "),
    expires_at: orNull(token.expiresAt),
  };
}

/** As recorded: `scopes` is text here. */
function listed(token: Token) {
  return {
    ...common(token),
    ...uses(token),
    creator_id: token.user.id,
    customer_id: token.user.customer.id,
    access_token: "",
    scopes: token.scopes.join(" "),
    services: token.services,
    service_id: token.services.at(-1) ?? null,
    sudo_expires_at: orNull(token.sudoUntil),
    expires_at: orNull(token.expiresAt),
    tls_access: token.automation?.tlsAccess,
  };
}
