import { Readable } from "node:stream";
import { type FastifyInstance, fastify } from "fastify";
import { type Fault, injectBefore, padded } from "./faults.ts";
import type { LoggedRequest } from "./requests.ts";
import { limitHeaders, refusals } from "./rest/responses.ts";
import { isAuthorized, restRoutes, sendResponse } from "./rest/routes.ts";
import { idTokenRoute } from "./routes/id-token.ts";
import { issuerRoutes } from "./routes/issuer.ts";
import type { World } from "./world.ts";

declare module "fastify" {
  interface FastifyRequest {
    logged: LoggedRequest;
    githubFault: Fault | undefined;
  }
}

/** What `github.token` is in a job: it may read the runs that are known here. */
export const githubToken = "ghs_0123456789abcdefghijABCDEFGHIJ012345";

/** GitHub as jobs and services see it: its routes, and around each the log and the faults. */
export function createServer(world: World): { github: FastifyInstance; routes: ReadonlySet<string> } {
  const github = fastify({ exposeHeadRoutes: false, forceCloseConnections: true });
  const routes = new Set<string>();
  github.addHook("onRoute", ({ url }) => void routes.add(url));

  github.addHook("onRequest", async (request, reply) => {
    request.logged = world.requests.open(request.method, request.url);
    request.githubFault = world.faults.take([request.logged.path, request.routeOptions.url]);
    await injectBefore(request.githubFault, request, reply);
  });
  github.addHook<unknown>("onSend", async (request, reply, payload) => {
    if (request.githubFault?.kind !== "pad" || typeof payload !== "string") return payload;
    reply.removeHeader("content-length");
    return Readable.from(padded(payload, request.githubFault.bytes));
  });
  github.addHook("onResponse", async (request, reply) => {
    request.logged.status = reply.statusCode;
  });
  github.setNotFoundHandler((_request, reply) => {
    reply
      .code(404)
      .send({ message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" });
  });

  for (const prefix of ["", "/api/v3"]) {
    restRoutes(github, prefix, world.runs, async (request, reply, truth) => {
      const response = isAuthorized(request, githubToken) ? truth() : refusals.badCredentials;
      return sendResponse(reply, response, limitHeaders(4_999, new Date(Date.now() + 3_600_000)));
    });
  }
  idTokenRoute(github, world);
  issuerRoutes(github, world);
  return { github, routes };
}
