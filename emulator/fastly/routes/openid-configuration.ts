import type { FastifyInstance } from "fastify";

/**
 * Fastly's command line reads this before most commands, from its account endpoint, though it uses nothing of
 * it unless someone signs in with a browser. With `FASTLY_ACCOUNT_ENDPOINT` set to the emulator it stays offline.
 */
export function openidConfigurationRoute(api: FastifyInstance): void {
  api.get("/realms/fastly/.well-known/openid-configuration", (request, reply) => {
    reply.send({ issuer: `${request.protocol}://${request.host}/realms/fastly` });
  });
}
