import formbody from "@fastify/formbody";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Fault } from "../faults/fault.ts";
import { injectAfter, injectBefore } from "../faults/injection.ts";
import type { JournalEntry } from "../world/journal.ts";
import { Refusal, refusalBody } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { carriesPassword, kindOfCredential } from "./authentication.ts";
import { accountRoutes } from "./routes/account.ts";
import { automationTokenRoutes } from "./routes/automation-tokens.ts";
import { createTokenRoute } from "./routes/create-token.ts";
import { openidConfigurationRoute } from "./routes/openid-configuration.ts";
import { packageRoutes } from "./routes/packages.ts";
import { purgeRoutes } from "./routes/purge.ts";
import { readTokenRoutes } from "./routes/read-tokens.ts";
import { bulkContentType, revokeTokenRoutes } from "./routes/revoke-tokens.ts";
import { serviceRoutes } from "./routes/services.ts";
import { sudoRoute } from "./routes/sudo.ts";

declare module "fastify" {
  interface FastifyRequest {
    entry: JournalEntry;
    fault: Fault | null;
    /** False where a fault responded in the operation's place. */
    happened: boolean;
    /** Whether the response is the edge's, which has fewer headers. */
    atEdge: boolean;
  }
  interface FastifyContextConfig {
    atEdge?: boolean;
    /** Whether the response names no content type. */
    untyped?: boolean;
  }
}

/** Fastly's API: its routes, and around each the journal, the clock and the faults. */
export function fastlyApi(api: FastifyInstance, world: World): void {
  followRequests(api, world);
  refuse(api, world);
  readBodies(api);

  createTokenRoute(api, world);
  readTokenRoutes(api, world);
  revokeTokenRoutes(api, world);
  automationTokenRoutes(api, world);
  sudoRoute(api, world);
  purgeRoutes(api, world);
  accountRoutes(api, world);
  serviceRoutes(api, world);
  packageRoutes(api, world);
  openidConfigurationRoute(api);
}

function followRequests(api: FastifyInstance, world: World): void {
  const { journal, faults, tokens } = world;

  api.addHook("onRequest", async (request) => {
    const [path = ""] = request.url.split("?");
    const route = request.routeOptions.url ?? null;
    request.entry = journal.open({ method: request.method, path, route });
    request.fault = faults.take(request.entry);
    request.happened = true;
    request.atEdge = request.routeOptions.config?.atEdge ?? false;
  });

  api.addHook("preHandler", async (request, reply) => {
    const { entry } = request;
    entry.credential = kindOfCredential(request);
    entry.carriesPassword = carriesPassword(request);
    const token = tokens.findByAccessToken(String(request.headers["fastly-key"]));
    if (token) entry.tokenId = token.id;
    journal.received(entry);
    await injectBefore(world, request, reply);
  });

  api.addHook<string | undefined>("onSend", (request, reply, payload, done) => {
    if (!reply.hasHeader("date")) reply.header("date", new Date(world.clock()).toUTCString());
    if (!request.happened) return done(null, payload);
    setHeaders(request, reply, payload);
    journal.committed(request.entry);
    injectAfter(world, request, reply, payload, (response) => done(null, response));
  });

  api.addHook("onResponse", async (request, reply) => {
    journal.answered(request.entry, reply.statusCode);
  });
}

/** The headers that were recorded with every response, or missing in those of the edge. */
function setHeaders(request: FastifyRequest, reply: FastifyReply, payload: string | undefined): void {
  if (payload) reply.header("content-type", "application/json");
  if (request.routeOptions.config?.untyped && reply.statusCode === 200) reply.removeHeader("content-type");
  if (request.atEdge) return;
  reply.header("cache-control", "no-store");
  if (payload) reply.header("vary", "Accept-Encoding");
}

function refuse(api: FastifyInstance, world: World): void {
  api.setErrorHandler<FastifyError | Refusal>((error, request, reply) => {
    if (error instanceof Refusal) {
      const { status, headers, refusesCredentials, fromEdge } = error.response;
      request.entry.refusedCredentials = refusesCredentials ?? false;
      request.atEdge ||= fromEdge ?? false;
      return reply
        .code(status)
        .headers(headers ?? {})
        .send(refusalBody(error.response, world.settings.refusalField));
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) console.error(error);
    return reply.code(status).send({ msg: "Bad request", detail: error.message });
  });

  api.setNotFoundHandler(() => {
    throw new Refusal("no_such_route");
  });
}

function readBodies(api: FastifyInstance): void {
  const readJson = api.getDefaultJsonParser("error", "error");
  api.removeAllContentTypeParsers();
  api.register(formbody);
  api.addContentTypeParser([bulkContentType, "application/json"], { parseAs: "string" }, readJson);
  api.addContentTypeParser("multipart/form-data", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
}
