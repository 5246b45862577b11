import { Hono } from "hono";
import { StoreUnavailable } from "../store/store.ts";
import type { AuditRecord } from "./audit.ts";
import { endTokens } from "./end.ts";
import { explain } from "./explain.ts";
import type { Metrics } from "./metrics.ts";
import { jsonResponse, malformed, type Refusal, refusal, refusalResponse } from "./refusal.ts";
import type { Respond, RespondPorts } from "./respond.ts";
import type { Endpoint, Sender } from "./service.ts";
import { exchangeToken } from "./token.ts";
import { receiveWebhook } from "./webhook.ts";

const endpoints: Readonly<Record<string, { event: AuditRecord["event"]; run: Endpoint }>> = {
  "/v1/token": { event: "token", run: exchangeToken },
  "/v1/end": { event: "end", run: endTokens },
  "/v1/explain": { event: "explain", run: explain },
  "/v1/github/webhook": { event: "webhook", run: receiveWebhook },
};

export interface RoutePorts extends RespondPorts {
  respond: Respond;
  name: string;
  version: string;
}

/** Every path of the broker, and what serves it. */
export function createRoutes(ports: RoutePorts) {
  const { respond, newId, name, version } = ports;
  // A path is read as it was sent: a proxy that keeps clients from /metrics may not decode /%6Detrics.
  const app = new Hono<{ Bindings: Sender }>({ getPath: ({ url }) => pathOf(url) });
  const refuse = (refused: Refusal) => refusalResponse(refused, newId());
  const otherMethod = (allow: string) =>
    refuse(malformed(`This path accepts only ${allow}.`, { status: 405, allow }).refusal);

  // One handler a path: where two match, hono chains them, which each exchange would pay for.
  for (const [path, { event, run }] of Object.entries(endpoints))
    app.all(path, ({ req, env }) =>
      req.method === "POST" ? respond(req.raw, env, event, run) : otherMethod("POST"),
    );
  app.get("/v1/version", () => jsonResponse(200, { name, version }));
  app.get("/healthz", () => jsonResponse(200, { status: "alive" }));
  app.get("/readyz", () => ready(ports));
  const { render } = ports.service.metrics;
  if (render) app.get("/metrics", () => showMetrics(render, ports));
  for (const path of ["/v1/version", "/healthz", "/readyz", ...(render ? ["/metrics"] : [])])
    app.all(path, () => otherMethod("GET"));
  app.notFound(() => refuse(malformed("This path does not exist.", { status: 404 }).refusal));
  app.onError((error) => {
    ports.service.onFault(error);
    return refuse(
      refusal(
        "internal",
        "The broker had an internal error. Its operator can look up the cause by the request ID.",
      ).refusal,
    );
  });
  return app;
}

/** The path of a URL, as a server hands it on. */
export function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/]+([^?#]*)/i.exec(url)?.[1] ?? "";
}

async function ready({ service, generations, isClosing }: RoutePorts): Promise<Response> {
  if (isClosing()) return jsonResponse(503, { status: "closing" }, { "retry-after": "5" });
  try {
    await service.store.ping();
    return jsonResponse(200, { status: "ready", policy_hash: generations.current.config.hash });
  } catch (error) {
    service.onFault(error);
    return jsonResponse(503, { status: "store_unavailable" }, { "retry-after": "5" });
  }
}

async function showMetrics(
  render: NonNullable<Metrics["render"]>,
  { generations }: RoutePorts,
): Promise<Response> {
  const { users, config } = generations.current;
  const states = await users.states().catch((error) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    return [];
  });
  const { inFlight } = generations;
  const state = { users: states, queueLength: users.queueLength, policyHash: config.hash, inFlight };
  const { contentType, text } = await render(state);
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
}
