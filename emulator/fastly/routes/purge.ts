import { randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Refusal } from "../../world/refusal.ts";
import type { Token } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticateWrite, header } from "../authentication.ts";
import { coversService, mayPurgeAll, mayPurgeSelected } from "../permissions.ts";

type ServiceParams = { Params: { id: string } };

function requireService(key: Token, serviceId: string): void {
  if (!coversService(key, serviceId)) throw new Refusal("forbidden");
  if (!key.user.customer.services.includes(serviceId)) throw new Refusal("not_found");
}

/** What a deploy job asks of a service. Nothing is cached here, so a purge is only answered. */
export function purgeRoutes(api: FastifyInstance, world: World): void {
  const newPurgeId = () => `108-${Math.floor(world.clock() / 1000)}-${randomInt(1_000_000)}`;

  api.post<ServiceParams>("/service/:id/purge_all", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (!mayPurgeAll(key)) throw new Refusal("forbidden");
    requireService(key, request.params.id);
    reply.send({ status: "ok" });
  });

  api.post<ServiceParams>("/service/:id/purge", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (!mayPurgeSelected(key)) throw new Refusal("forbidden");
    requireService(key, request.params.id);
    const surrogateKeys = (header(request, "surrogate-key") ?? "").split(" ").filter(Boolean);
    if (surrogateKeys.length === 0) throw new Refusal("missing_surrogate_key");
    reply.send(Object.fromEntries(surrogateKeys.map((surrogateKey) => [surrogateKey, newPurgeId()])));
  });

  api.post<ServiceParams>("/service/:id/purge/:key", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (!mayPurgeSelected(key)) throw new Refusal("forbidden");
    requireService(key, request.params.id);
    reply.send({ status: "ok", id: newPurgeId() });
  });

  // No service is named, and no domain is known here, so a limit on services cannot be checked.
  api.post("/purge/*", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (!mayPurgeSelected(key)) throw new Refusal("forbidden");
    reply.send({ status: "ok", id: newPurgeId() });
  });
}
