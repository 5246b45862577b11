import { parseUrl } from "../../text/parse-url.ts";
import { decodeUtf8 } from "../../text/utf8.ts";
import { inParallel } from "../../token/in-parallel.ts";
import { parseTokenName, type TokenName } from "../../token/token-name.ts";
import { isLeft } from "../../token/token-status.ts";
import { matchesClaim } from "../policy/index.ts";
import { isOfAttempt, usersOf } from "./end.ts";
import { readBody } from "./read-body.ts";
import { malformed, type Refused, refusal } from "./refusal.ts";
import type { RunIdentity } from "./run-key.ts";
import type { Exchange, Generation, Reply, Service } from "./service.ts";

/** GitHub sends at most 25 MB; what it sends of jobs and runs stays far below this. */
const maxBytes = 1024 * 1024;

/** GitHub waits for ten seconds; what takes longer goes on without it. */
const respondsWithinMs = 4_000;
const mostAtOnce = 2_000;

let atOnce = 0;

/** `POST /v1/github/webhook`: ends what a job, or a run attempt, left alive. A delivery that comes twice does no harm. */
export async function receiveWebhook(
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Reply> {
  const { request, record } = exchange;
  const secret = generation.config.webhookSecret;
  if (secret === undefined)
    return malformed("This path does not exist.", { status: 404, reason: "no_webhook_secret" });
  const body = await readBody(request, maxBytes);
  if (body.kind === "refused") return body;
  if (!(await isSigned(body.bytes, request.headers.get("x-hub-signature-256"), secret)))
    return refusal("token_rejected", "The signature was rejected.", { status: 401, reason: "bad_signature" });
  record.delivery = request.headers.get("x-github-delivery") ?? undefined;
  record.event_name = request.headers.get("x-github-event") ?? undefined;
  const order = readDelivery(record.event_name, body.bytes);
  if (order.kind === "refused") return order;
  if (order.kind === "ignored") return ignored(exchange, service, order.why);
  Object.assign(record, {
    repository: order.run.repository,
    repository_id: order.repositoryId,
    repository_owner_id: order.ownerId,
    run_id: order.run.runId,
    run_attempt: order.run.runAttempt,
    check_run_id: order.checkRunId,
  });
  const users = usersFor(order, generation);
  if (users.length === 0) return ignored(exchange, service, "no_rule");
  return endLeft(order, users, exchange, generation, service);
}

function ignored({ id, record }: Exchange, { metrics }: Service, reason: string): Reply {
  record.reason = reason;
  metrics.webhook(record.event_name ?? "", "ignored");
  return { kind: "answered", decision: "ignored", status: 200, body: { status: "ignored", request_id: id } };
}

/** Compares in constant time, since `verify` does. */
async function isSigned(body: Uint8Array, header: string | null, secret: string): Promise<boolean> {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header ?? "")?.[1];
  if (hex === undefined) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "verify",
  ]);
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return crypto.subtle.verify("HMAC", key, signature, Uint8Array.from(body));
}

interface Completed {
  kind: "completed";
  server: string;
  ownerId: string;
  repositoryId: string;
  run: RunIdentity;
  /** Of a job; undefined for a whole run attempt. */
  checkRunId: string | undefined;
}

type Delivery = Completed | { kind: "ignored"; why: string } | Refused;

function readDelivery(event: string | undefined, bytes: Uint8Array): Delivery {
  if (event !== "workflow_job" && event !== "workflow_run") return { kind: "ignored", why: "other_event" };
  const payload = parse(bytes);
  if (!payload)
    return malformed(
      "The body is not a JSON object. Choose application/json as the webhook's content type at GitHub.",
    );
  if (payload.action !== "completed") return { kind: "ignored", why: "other_action" };
  const completed = readCompleted(event, payload);
  return completed ?? malformed("The body is not a webhook delivery from GitHub.");
}

type Json = Readonly<Record<string, unknown>>;

function parse(bytes: Uint8Array): Json | undefined {
  try {
    return objectOf(JSON.parse(decodeUtf8(bytes) ?? ""));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function readCompleted(event: "workflow_job" | "workflow_run", payload: Json): Completed | undefined {
  const subject = objectOf(payload[event]);
  const repository = objectOf(payload.repository);
  const owner = objectOf(repository?.owner);
  const url = typeof repository?.html_url === "string" ? parseUrl(repository.html_url) : undefined;
  const name = repository?.full_name;
  const runId = idOf(event === "workflow_job" ? subject?.run_id : subject?.id);
  const runAttempt = idOf(subject?.run_attempt);
  const repositoryId = idOf(repository?.id);
  const ownerId = idOf(owner?.id);
  // A job's ID is that of its check run.
  const checkRunId = event === "workflow_job" ? idOf(subject?.id) : undefined;
  if (!url || typeof name !== "string" || !runId || !runAttempt || !repositoryId || !ownerId)
    return undefined;
  if (event === "workflow_job" && checkRunId === undefined) return undefined;
  const run = { server: url.host, repository: name, runId, runAttempt };
  return { kind: "completed", server: url.origin, ownerId, repositoryId, run, checkRunId };
}

function idOf(value: unknown): string | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
}

/**
 * None for a repository that no rule names, of whichever owner, or a server whose jobs this broker does not know. So
 * another installation's webhooks end nothing, even with a repository's ID in them.
 */
function usersFor({ server, ownerId, repositoryId }: Completed, { config }: Generation): string[] {
  const issuers = config.issuers.filter((issuer) => issuer.server === server);
  const rules = [...config.rules.values()].filter(({ match, ownerIds, repositoryIds }) => {
    const iss = match.get("iss");
    const isOfServer = issuers.some(({ issuer }) => !iss || matchesClaim({ iss: issuer }, "iss", iss));
    return isOfServer && ownerIds.has(ownerId) && repositoryIds.has(repositoryId);
  });
  return usersOf(rules);
}

async function endLeft(
  order: Completed,
  users: readonly string[],
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Reply> {
  if (atOnce >= mostAtOnce)
    return refusal("no_room", "The broker is processing too many deliveries.", { retryAfterMs: 30_000 });
  atOnce++;
  const work = endAll(order, users, generation, service).finally(() => {
    atOnce--;
  });
  const { id, record } = exchange;
  const name = record.event_name ?? "";
  const counts = await Promise.race([work, service.clock.wait(respondsWithinMs)]);
  if (counts) {
    Object.assign(record, counts);
    service.metrics.webhook(name, counts.left > 0 ? "left" : "done");
    const decision = counts.left > 0 ? "failed" : "done";
    return { kind: "answered", decision, status: 200, body: { status: "done", ...counts, request_id: id } };
  }
  const begun = { ...record };
  service.inBackground(
    work.then(({ ended, left }) => {
      service.metrics.webhook(name, left > 0 ? "left" : "done");
      return service.audit({
        ...begun,
        time: new Date(service.clock.now()).toISOString(),
        request_id: id,
        event: "webhook",
        decision: left > 0 ? "failed" : "done",
        policy_hash: generation.config.hash,
        ended,
        left,
      });
    }),
  );
  record.reason = "goes_on";
  return { kind: "answered", decision: "done", status: 202, body: { status: "accepted", request_id: id } };
}

/** How many tokens were ended, and how many lists or tokens could not be. */
interface Counts {
  ended: number;
  left: number;
}

async function endAll(
  { run, checkRunId }: Completed,
  users: readonly string[],
  { users: fastlyUsers }: Generation,
  { metrics, mints }: Service,
): Promise<Counts> {
  // What is being made for a job that is over would miss the list: nobody is there to take it.
  const underWay = mints.underWay(run, checkRunId);
  for (const { cancel } of underWay) cancel();
  await Promise.all(underWay.map(({ done }) => done));
  const counts = { ended: 0, left: 0 };
  await inParallel(users, 4, async (user) => {
    const listing = await fastlyUsers.list(user);
    if (listing.kind !== "listed") {
      counts.left++;
      return;
    }
    const left = listing.tokens.filter(({ name }) => {
      const parsed = parseTokenName(name);
      return parsed !== undefined && isOfAttempt(parsed, run) && isOfJob(parsed, checkRunId);
    });
    for (const { id } of left) {
      const status = await fastlyUsers.end(user, listing, id);
      metrics.ended("webhook", status.kind);
      if (isLeft(status)) counts.left++;
      else counts.ended++;
    }
  });
  return counts;
}

function isOfJob({ checkRunId }: TokenName, wanted: string | undefined): boolean {
  return wanted === undefined || checkRunId === wanted;
}
