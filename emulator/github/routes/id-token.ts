import type { FastifyInstance } from "fastify";
import { issueToken } from "../tokens.ts";
import type { World } from "../world.ts";

/** What `ACTIONS_ID_TOKEN_REQUEST_URL` leads to. */
const idTokenPattern = "/42//idtoken/:plan/:job";

export function idTokenRoute(github: FastifyInstance, world: World): void {
  github.get<{ Querystring: { audience?: string } }>(idTokenPattern, async (request, reply) => {
    const [path = ""] = request.url.split("?");
    const job = world.jobs.byRequestPath(path);
    const [, bearer] = /^bearer (\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (!job || bearer !== job.requestToken || job.over) {
      return reply.code(401).send({ $id: "1", message: "The request token is invalid, or has expired." });
    }
    const ring = world.issuers.find(job.issuer);
    if (!ring) return reply.code(500).send({ $id: "1", message: `There is no issuer ${job.issuer}` });
    // Without an audience GitHub puts the URL of the owner there.
    const audience = request.query.audience || `https://github.com/${job.claims.repository_owner}`;
    const value = await issueToken(job, ring, `${world.url}${job.issuer}`, audience);
    return reply.send({ count: value.length, value });
  });
}
