import formbody from "@fastify/formbody";
import type { FastifyError, FastifyInstance } from "fastify";
import type { Fault } from "../faults/fault.ts";
import { injectAfter, injectBefore } from "../faults/injection.ts";
import type { JournalEntry } from "../world/journal.ts";
import { Refusal } from "../world/refusal.ts";
import type { World } from "../world/world.ts";
import { carriesPassword, kindOfCredential } from "./authentication.ts";
import { createTokenRoute } from "./routes/create-token.ts";
import { openidConfigurationRoute } from "./routes/openid-configuration.ts";
import { purgeRoutes } from "./routes/purge.ts";
import { readTokenRoutes } from "./routes/read-tokens.ts";
import { bulkContentType, revokeTokenRoutes } from "./routes/revoke-tokens.ts";
import { sudoRoute } from "./routes/sudo.ts";

declare module "fastify" {
  interface FastifyRequest {
    entry: JournalEntry;
    fault: Fault | null;
    /** False where a fault answered in the operation's place. */
    happened: boolean;
  }
}

/** Fastly's API: its routes, and around each the journal, the clock and the faults. */
export function fastlyApi(api: FastifyInstance, world: World): void {
  const { journal, faults, tokens } = world;

  api.addHook("onRequest", async (request) => {
    const [path = ""] = request.url.split("?");
    const route = request.routeOptions.url ?? null;
    request.entry = journal.open({ method: request.method, path, route });
    request.fault = faults.take(request.entry);
    request.happened = true;
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
    journal.committed(request.entry);
    injectAfter(world, request, reply, payload, (answer) => done(null, answer));
  });

  api.addHook("onResponse", async (request, reply) => {
    journal.answered(request.entry, reply.statusCode);
  });

  api.setErrorHandler<FastifyError | Refusal>((error, request, reply) => {
    if (error instanceof Refusal) {
      request.entry.refusedCredentials = error.code === "invalid_grant" || error.code === "account_locked";
      return reply.code(error.status).send(error.body);
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) console.error(error);
    return reply.code(status).send({ msg: "Bad request", detail: error.message });
  });

  api.setNotFoundHandler(() => {
    throw new Refusal("not_found");
  });

  api.removeAllContentTypeParsers();
  api.register(formbody);
  api.addContentTypeParser(
    bulkContentType,
    { parseAs: "string" },
    api.getDefaultJsonParser("error", "error"),
  );

  createTokenRoute(api, world);
  readTokenRoutes(api, world);
  revokeTokenRoutes(api, world);
  sudoRoute(api, world);
  purgeRoutes(api, world);
  openidConfigurationRoute(api);
}
