import { StoreUnavailable } from "../store/store.ts";
import type { AddressLimit } from "./address-limit.ts";
import { type AuditRecord, openRecord } from "./audit.ts";
import type { Generations } from "./generations.ts";
import { jsonResponse, type Refusal, refusal, refusalResponse } from "./refusal.ts";
import type { Endpoint, Exchange, Generation, Reply, Sender, Service } from "./service.ts";

export interface RespondPorts {
  service: Service;
  generations: Generations;
  limit: AddressLimit;
  newId: () => string;
  /** Whether the broker rejects new work. */
  isClosing: () => boolean;
}

/** Has an endpoint respond to a request, within the broker's limits. */
export type Respond = (
  request: Request,
  sender: Sender,
  event: AuditRecord["event"],
  endpoint: Endpoint,
) => Promise<Response>;

const mostInFlight = 5_000;

export function createRespond({ service, generations, limit, newId, isClosing }: RespondPorts): Respond {
  const { clock } = service;

  async function replyTo(exchange: Exchange, generation: Generation, endpoint: Endpoint): Promise<Reply> {
    if (isClosing() || generations.inFlight > mostInFlight)
      return refusal("no_room", "The broker does not accept requests at the moment.", {
        retryAfterMs: 5_000,
      });
    const waitMs = limit.wait(exchange.ip);
    if (waitMs > 0)
      return refusal("quota_exceeded", "Too many requests from this address were rejected.", {
        retryAfterMs: waitMs,
        reason: "address_limit",
      });
    try {
      return await endpoint(exchange, generation, service);
    } catch (error) {
      if (error instanceof StoreUnavailable)
        return refusal("store_unavailable", "The broker cannot reach its store, so no token was created.", {
          retryAfterMs: 5_000,
        });
      service.onFault(error);
      return refusal(
        "internal",
        "The broker had an internal error. Its operator can look up the cause by the request ID.",
      );
    }
  }

  return async (request, { ip, signal }, event, endpoint) => {
    const startedAt = clock.elapsed();
    const exchange: Exchange = { request, ip, signal, id: newId(), startedAt, record: openRecord() };
    const generation = generations.begin();
    try {
      const reply = await replyTo(exchange, generation, endpoint);
      return await conclude(reply, exchange, event, { generation, service, limit });
    } finally {
      generations.end(generation);
    }
  };
}

interface ConcludePorts {
  generation: Generation;
  service: Service;
  limit: AddressLimit;
}

/** Writes the audit line, and only then responds; what cannot be written down is not handed over. */
async function conclude(
  reply: Reply,
  exchange: Exchange,
  event: AuditRecord["event"],
  { generation, service, limit }: ConcludePorts,
): Promise<Response> {
  const { clock, metrics } = service;
  const { id, ip, record, startedAt } = exchange;
  const ms = clock.elapsed() - startedAt;
  const refused = reply.kind === "refused" ? reply.refusal : undefined;
  const decision = reply.kind === "refused" ? "refused" : reply.decision;
  if (refused && isRejection(refused)) limit.rejected(ip);
  const response =
    reply.kind === "refused" ? refusalResponse(reply.refusal, id) : jsonResponse(reply.status, reply.body);
  metrics.decided(event, decision, refused?.code ?? "", record.rule ?? "", ms / 1000);
  record.reason ??= refused?.reason;
  record.failed_claims ??= refused?.failedClaims?.map(({ claim }) => claim).join(" ");
  record.error_code = refused?.code;
  record.status = response.status;
  record.policy_hash = generation.config.hash;
  record.ip = ip;
  record.duration_ms = Math.round(ms);
  const time = new Date(clock.now()).toISOString();
  try {
    await service.audit(Object.assign(record, { time, request_id: id, event, decision }));
  } catch (error) {
    service.onFault(error);
    await undo(exchange, service);
    return refusalResponse(refusal("internal", "The audit log could not be written.").refusal, id);
  }
  if (exchange.signal.aborted) await undo(exchange, service);
  return response;
}

/** Where that fails as well, the sender still learns why it was to be undone. */
async function undo(exchange: Exchange, { onFault }: Service): Promise<void> {
  await exchange.undo?.().catch(onFault);
}

/** What costs an address: a request that no caller of good faith sends often. */
function isRejection({ code, reason }: Refusal): boolean {
  if (reason === "address_limit") return false;
  return code === "malformed" || code === "token_rejected" || code === "token_reused";
}
