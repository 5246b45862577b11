import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type RestResponse, refusals } from "./responses.ts";
import { type Runs, runBody } from "./runs.ts";

/** Responds to a request: with the truth, unless something is in the way. */
export type RespondTo = (
  request: FastifyRequest,
  reply: FastifyReply,
  truth: () => RestResponse,
) => Promise<unknown>;

type Named = { owner: string; repo: string };

/**
 * GitHub's REST API, about runs and repositories alone.
 *
 * @param prefix empty, or `/api/v3` as on GitHub Enterprise Server
 */
export function restRoutes(server: FastifyInstance, prefix: string, runs: Runs, respond: RespondTo): void {
  server.get<{ Params: Named & { id: string; attempt: string } }>(
    `${prefix}/repos/:owner/:repo/actions/runs/:id/attempts/:attempt`,
    (request, reply) => {
      const { owner, repo, id, attempt } = request.params;
      return respond(request, reply, () => {
        const run = runs.find(`${owner}/${repo}`, id, attempt);
        return run ? { kind: "respond", status: 200, body: runBody(run) } : refusals.notFound;
      });
    },
  );
  server.get<{ Params: Named }>(`${prefix}/repos/:owner/:repo/actions/runs`, (request, reply) => {
    const { owner, repo } = request.params;
    return respond(request, reply, () =>
      runs.knowsRepository(`${owner}/${repo}`)
        ? { kind: "respond", status: 200, body: { total_count: 0, workflow_runs: [] } }
        : refusals.notFound,
    );
  });
  // GitHub's root has more to say, such as `/zen`, and says it to whoever asks.
  server.get(`${prefix}/zen`, (request, reply) =>
    respond(request, reply, () => ({ kind: "respond", status: 200, body: "Keep it logically awesome." })),
  );
}

export function isAuthorized({ headers }: FastifyRequest, token: string): boolean {
  return /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? "")?.[1] === token;
}

export function sendResponse(
  reply: FastifyReply,
  { status, headers, body = "" }: RestResponse,
  limit: Record<string, string>,
): FastifyReply {
  return reply
    .code(status)
    .headers({ "content-type": "application/json; charset=utf-8", ...limit, ...headers })
    .send(typeof body === "string" ? body : JSON.stringify(body));
}
