import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { controlApi } from "./control/api.ts";
import { fastlyApi } from "./fastly/api.ts";
import type { World } from "./world/world.ts";

export function createServer(world: World): FastifyInstance {
  const server = fastify({
    exposeHeadRoutes: false,
    // A URL that cannot be decoded reaches no route, and no hook.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      reply.code(400).send({ msg: "Bad request", detail: error.message });
    },
  });
  const routes = new Set<string>();
  server.register(async (api) => {
    api.addHook("onRoute", ({ url }) => void routes.add(url));
    fastlyApi(api, world);
  });
  server.register(async (control) => controlApi(control, world, routes), { prefix: "/_emulator" });
  return server;
}
