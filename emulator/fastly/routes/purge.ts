import { randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Refusal } from "../../world/refusal.ts";
import type { World } from "../../world/world.ts";
import { authenticate, authenticateWrite } from "../authentication.ts";
import { coveredService, requirePurge } from "../permissions.ts";
import { header } from "../requests.ts";

type ServiceParams = { Params: { id: string } };

/**
 * What a deploy job asks of a service. Nothing is cached here, so a purge is only answered. The edge answers all but
 * `purge_all`, which alone counts as a write.
 */
export function purgeRoutes(api: FastifyInstance, world: World): void {
  const newPurgeId = () => `108-${Math.floor(world.clock() / 1000)}-${randomInt(1_000_000)}`;

  api.post<ServiceParams>("/service/:id/purge_all", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    requirePurge(key, "purge_all");
    coveredService(world, key, request.params.id);
    reply.send({ status: "ok" });
  });

  api.post<ServiceParams>(
    "/service/:id/purge",
    { config: { atEdge: true, untyped: true } },
    (request, reply) => {
      const key = authenticate(world, request);
      requirePurge(key, "purge_select");
      coveredService(world, key, request.params.id);
      const surrogateKeys = (header(request, "surrogate-key") ?? "").split(" ").filter(Boolean);
      if (surrogateKeys.length === 0) throw new Refusal("missing_surrogate_key");
      reply.send(Object.fromEntries(surrogateKeys.map((surrogateKey) => [surrogateKey, newPurgeId()])));
    },
  );

  api.post<ServiceParams>("/service/:id/purge/:key", { config: { atEdge: true } }, (request, reply) => {
    const key = authenticate(world, request);
    requirePurge(key, "purge_select");
    coveredService(world, key, request.params.id);
    reply.send({ status: "ok", id: newPurgeId() });
  });

  // No service is named, and no domain is known here, so a limit on services cannot be checked.
  api.post("/purge/*", { config: { atEdge: true } }, (request, reply) => {
    requirePurge(authenticate(world, request), "purge_select");
    reply.send({ status: "ok", id: newPurgeId() });
  });
}
