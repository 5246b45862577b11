import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "../../world/refusal.ts";
import type { Token } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticate } from "../authentication.ts";
import { maySeeCustomer, requireRead, rules } from "../permissions.ts";
import { asSettingsSay, readToken } from "../responses.ts";

export function readTokenRoutes(api: FastifyInstance, world: World): void {
  const show = (token: Token) => asSettingsSay(readToken(token), world.settings);

  function reader(request: FastifyRequest): Token {
    const key = authenticate(world, request);
    requireRead(key);
    return key;
  }

  api.get("/tokens/self", (request, reply) => {
    reply.send(show(authenticate(world, request)));
  });

  api.get<{ Params: { id: string } }>("/tokens/:id", (request, reply) => {
    const key = reader(request);
    const token = world.tokens.findVisible(request.params.id);
    if (!token) throw new Refusal("not_found");
    if (!rules(key, token)) throw new Refusal("forbidden");
    reply.send(show(token));
  });

  api.get("/tokens", (request, reply) => {
    const key = reader(request);
    reply.send(world.tokens.visibleOfUser(key.user).map(show));
  });

  api.get<{ Params: { id: string } }>("/customer/:id/tokens", (request, reply) => {
    const key = authenticate(world, request);
    if (!maySeeCustomer(key, request.params.id)) throw new Refusal("forbidden");
    reply.send(world.tokens.visibleOfCustomer(request.params.id).map(show));
  });
}
