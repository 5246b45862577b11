import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../../world/refusal.ts";
import type { Token } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticateWrite } from "../authentication.ts";
import { requireWrite, rules } from "../permissions.ts";
import { header, isObject } from "../requests.ts";

export const bulkContentType = "application/vnd.api+json";

/** The IDs of a JSON:API bulk body: `{"data":[{"type":"token","id":"…"}]}`. */
function readBulk(body: unknown): string[] {
  const data = isObject(body) ? body.data : undefined;
  if (!Array.isArray(data) || data.length === 0) throw new Refusal("malformed_bulk");
  return data.map((item: unknown) => {
    if (!isObject(item) || item.type !== "token" || typeof item.id !== "string") {
      throw new Refusal("malformed_bulk");
    }
    return item.id;
  });
}

export function revokeTokenRoutes(api: FastifyInstance, world: World): void {
  function revocable(key: Token, id: string): Token {
    const token = world.tokens.findVisible(id);
    if (!token) throw new Refusal("not_found");
    if (!rules(key, token)) throw new Refusal("forbidden");
    return token;
  }

  function revoker(request: FastifyRequest, reply: FastifyReply): Token {
    const key = authenticateWrite(world, request, reply);
    requireWrite(key);
    return key;
  }

  api.delete("/tokens/self", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (world.settings.selfRevokeForbidden) throw new Refusal("forbidden");
    world.tokens.revoke(key);
    reply.code(204).send();
  });

  api.delete<{ Params: { id: string } }>("/tokens/:id", (request, reply) => {
    const key = revoker(request, reply);
    world.tokens.revoke(revocable(key, request.params.id));
    reply.code(204).send();
  });

  api.delete("/tokens", (request, reply) => {
    const key = revoker(request, reply);
    if (!/;\s*ext="?bulk"?/.test(header(request, "content-type") ?? ""))
      throw new Refusal("unsupported_body");
    const ids = readBulk(request.body);
    const { bulkMaximum } = world.settings;
    if (bulkMaximum !== null && ids.length > bulkMaximum) throw new Refusal("bulk_maximum");
    // Every ID is looked at before any token is revoked: a batch that is refused changes nothing.
    const tokens = ids.map((id) => revocable(key, id));
    for (const token of tokens) world.tokens.revoke(token);
    reply.code(204).send();
  });
}
