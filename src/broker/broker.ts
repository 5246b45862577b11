import { Hono } from "hono";
import type { Clock } from "../fastly/index.ts";
import { createSignal } from "../http/create-signal.ts";
import type { Signal } from "../http/signal.ts";
import type { IssuerKeys } from "./identity/index.ts";
import { type AddressLimit, addressLimit } from "./service/address-limit.ts";
import { type AuditRecord, type AuditSink, auditLine, type WriteAudit } from "./service/audit.ts";
import { endTokens } from "./service/end.ts";
import { explain } from "./service/explain.ts";
import type { Metrics } from "./service/metrics.ts";
import { mintsUnderWay } from "./service/mints-under-way.ts";
import { jsonResponse, malformed, type Refusal, refusal, refusalResponse } from "./service/refusal.ts";
import type { Answer, Endpoint, Exchange, Generation, Service } from "./service/service.ts";
import { exchangeToken } from "./service/token.ts";
import { receiveWebhook } from "./service/webhook.ts";
import { type Store, StoreUnavailable } from "./store/store.ts";

/** Everything that the broker touches, handed in. */
export interface BrokerPorts {
  clock: Clock;
  keys: IssuerKeys;
  store: Store;
  metrics: Metrics;
  /** In this process, unless another is handed in. */
  limit?: AddressLimit;
  writeAudit: WriteAudit;
  newId: () => string;
  newNonce: () => string;
  /** In hexadecimal digits. */
  sha256: (text: string) => string | Promise<string>;
  onFault: (error: unknown) => void;
  name: string;
  version: string;
}

export interface Broker {
  /**
   * Answers one request.
   *
   * @param ip the address of whoever sent it
   * @param signal aborts where they are gone, on a host that knows
   */
  handle(request: Request, ip: string, signal?: Signal): Promise<Response>;
  /** Goes on with another configuration; what is under way ends with the one it began with. */
  use(generation: Generation): void;
  audit(record: Omit<AuditRecord, "time">): void;
  /** Takes no new work, finishes what is under way, and ends every session key. */
  close(): Promise<void>;
}

interface Sender {
  ip: string;
  signal: Signal;
}

const mostInFlight = 5_000;

const endpoints: Readonly<Record<string, { event: AuditRecord["event"]; run: Endpoint }>> = {
  "/v1/token": { event: "token", run: exchangeToken },
  "/v1/end": { event: "end", run: endTokens },
  "/v1/explain": { event: "explain", run: explain },
  "/v1/github/webhook": { event: "webhook", run: receiveWebhook },
};

export function createBroker(first: Generation, ports: BrokerPorts): Broker {
  const { clock, store, metrics } = ports;
  const limit = ports.limit ?? addressLimit(clock);
  const background = new Set<Promise<unknown>>();
  const inUse = new Map<Generation, number>([[first, 0]]);
  let current = first;
  let closing = false;
  let inFlight = 0;
  let idle = () => {};

  /** Each line says by which policy; one that an earlier configuration decided says so itself. */
  const audit: AuditSink = (record) =>
    ports.writeAudit(auditLine({ ...record, policy_hash: record.policy_hash ?? current.config.hash }));
  const service: Service = {
    ...ports,
    audit,
    mints: mintsUnderWay(clock),
    inBackground,
  };
  const app = routes();

  function routes() {
    const app = new Hono<{ Bindings: Sender }>();
    for (const [path, { event, run }] of Object.entries(endpoints))
      app.post(path, (context) => serve(context.req.raw, context.env, event, run));
    app.get("/v1/version", () => jsonResponse(200, { name: ports.name, version: ports.version }));
    app.get("/healthz", () => jsonResponse(200, { status: "alive" }));
    app.get("/readyz", ready);
    const { render } = metrics;
    if (render) app.get("/metrics", () => showMetrics(render));
    for (const path of Object.keys(endpoints)) app.all(path, () => otherMethod("POST"));
    for (const path of ["/v1/version", "/healthz", "/readyz", ...(render ? ["/metrics"] : [])])
      app.all(path, () => otherMethod("GET"));
    app.notFound(() => answerOf(malformed("There is no such path.", { status: 404 }).refusal));
    app.onError((error) => {
      ports.onFault(error);
      return answerOf(
        refusal("internal", "The broker failed; its operator finds why by the request's ID.").refusal,
      );
    });
    return app;
  }

  function otherMethod(allow: string): Response {
    return answerOf(malformed(`This path takes ${allow} alone.`, { status: 405, allow }).refusal);
  }

  function answerOf(refused: Refusal): Response {
    return refusalResponse(refused, ports.newId());
  }

  async function serve(
    request: Request,
    sender: Sender,
    event: AuditRecord["event"],
    run: Endpoint,
  ): Promise<Response> {
    const exchange: Exchange = {
      request,
      ...sender,
      id: ports.newId(),
      startedAt: clock.elapsed(),
      record: {},
    };
    const generation = current;
    hold(generation);
    try {
      const answer = await answerTo(exchange, generation, run);
      return await conclude(answer, exchange, generation, event);
    } finally {
      release(generation);
    }
  }

  async function answerTo(exchange: Exchange, generation: Generation, run: Endpoint): Promise<Answer> {
    if (closing || inFlight > mostInFlight)
      return refusal("no_room", "The broker takes no request just now.", { retryAfterMs: 5_000 });
    const waitMs = limit.wait(exchange.ip);
    if (waitMs > 0)
      return refusal("quota_exceeded", "Too many requests of this address were rejected.", {
        retryAfterMs: waitMs,
        reason: "address_limit",
      });
    try {
      return await run(exchange, generation, service);
    } catch (error) {
      if (error instanceof StoreUnavailable)
        return refusal("store_unavailable", "The broker's store is out of reach, and nothing was minted.", {
          retryAfterMs: 5_000,
        });
      ports.onFault(error);
      return refusal("internal", "The broker failed; its operator finds why by the request's ID.");
    }
  }

  /** Writes the audit line, and only then answers; what cannot be written down is not handed over. */
  async function conclude(
    answer: Answer,
    exchange: Exchange,
    { config }: Generation,
    event: AuditRecord["event"],
  ): Promise<Response> {
    const { id, ip, record, startedAt } = exchange;
    const refused = answer.kind === "refused" ? answer.refusal : undefined;
    const decision = answer.kind === "refused" ? "refused" : answer.decision;
    const seconds = (clock.elapsed() - startedAt) / 1000;
    if (refused && isRejection(refused)) limit.rejected(ip);
    const response = refused ? refusalResponse(refused, id) : jsonResponse(statusOf(answer), bodyOf(answer));
    metrics.decided(event, decision, refused?.code ?? "", record.rule ?? "", seconds);
    try {
      await audit({
        reason: refused?.reason,
        failed_claims: refused?.failedClaims?.map(({ claim }) => claim).join(" "),
        ...record,
        time: new Date(clock.now()).toISOString(),
        request_id: id,
        event,
        decision,
        error_code: refused?.code,
        status: response.status,
        policy_hash: config.hash,
        ip,
        duration_ms: Math.round(seconds * 1000),
      });
    } catch (error) {
      metrics.auditFailed();
      ports.onFault(error);
      await exchange.undo?.();
      return refusalResponse(refusal("internal", "The audit could not be written.").refusal, id);
    }
    if (exchange.signal.aborted) await exchange.undo?.();
    return response;
  }

  async function ready(): Promise<Response> {
    if (closing) return jsonResponse(503, { status: "closing" }, { "retry-after": "5" });
    try {
      await store.ping();
      return jsonResponse(200, { status: "ready", policy_hash: current.config.hash });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) ports.onFault(error);
      return jsonResponse(503, { status: "store_unavailable" }, { "retry-after": "5" });
    }
  }

  async function showMetrics(render: NonNullable<Metrics["render"]>): Promise<Response> {
    const { users, config } = current;
    const states = await users.states().catch((error) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return [];
    });
    const state = { users: states, queueLength: users.queueLength, policyHash: config.hash, inFlight };
    const { contentType, text } = await render(state);
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  }

  function hold(generation: Generation): void {
    inFlight++;
    inUse.set(generation, (inUse.get(generation) ?? 0) + 1);
  }

  function release(generation: Generation): void {
    inFlight--;
    const left = (inUse.get(generation) ?? 1) - 1;
    inUse.set(generation, left);
    if (left === 0 && generation !== current) retire(generation);
    if (inFlight === 0) idle();
  }

  function retire(generation: Generation): void {
    inUse.delete(generation);
    inBackground(generation.users.close());
  }

  function inBackground(work: Promise<unknown>): void {
    const watched = work.catch(ports.onFault).finally(() => background.delete(watched));
    background.add(watched);
  }

  return {
    handle: async (request, ip, signal = createSignal().signal) => {
      const response = await app.fetch(request, { ip, signal });
      metrics.responded(pathOf(request.url), response.status);
      return response;
    },
    use: (generation) => {
      const old = current;
      current = generation;
      inUse.set(generation, 0);
      if (inUse.get(old) === 0) retire(old);
    },
    audit: (record) => inBackground(audit({ ...record, time: new Date(clock.now()).toISOString() })),
    close: async () => {
      closing = true;
      if (inFlight > 0)
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      while (background.size > 0) await Promise.all([...background]);
      await current.users.close();
    },
  };
}

/** The path of a URL, as a server hands it on. */
function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/]+([^?#]*)/i.exec(url)?.[1] ?? "";
}

/** What costs an address: a request that no caller of good faith sends often. */
function isRejection({ code, reason }: Refusal): boolean {
  if (reason === "address_limit") return false;
  return code === "malformed" || code === "token_rejected" || code === "token_reused";
}

function statusOf(answer: Answer): number {
  return answer.kind === "answered" ? answer.status : 500;
}

function bodyOf(answer: Answer): unknown {
  return answer.kind === "answered" ? answer.body : undefined;
}
