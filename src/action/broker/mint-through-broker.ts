import { randomBytes } from "node:crypto";
import type { CreatedToken } from "../../fastly/index.ts";
import { findAccessToken, isId } from "../../fastly/shapes.ts";
import { retryDelay } from "../../http/retry-delay.ts";
import type { HttpResponse } from "../../http/transport.ts";
import { isoTime } from "../../text/iso-time.ts";
import { parseObject } from "../../text/json-object.ts";
import type { JournalKeeper } from "../../token/journal.ts";
import { type Grant, type Mismatch, mismatches } from "../../token/mismatch.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import { formatTokenName, parseTokenName, type TokenName } from "../../token/token-name.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import {
  askBroker,
  type BrokerAddress,
  type BrokerRefusal,
  type BrokerReply,
  provesNothingMinted,
  requestIdOf,
} from "./broker-client.ts";
import type { BrokerPorts } from "./ports.ts";

/** What a job asks a broker for: each part narrows what the rule grants, and may be left out. */
export type Narrowing = Partial<Grant>;

export type ExchangeOutcome =
  /** `name` is what the journal knows the token by. */
  | { kind: "minted"; name: string; token: CreatedToken; requestId: string | undefined }
  | { kind: "refused"; refusal: BrokerRefusal }
  /** The broker issued more than was asked for; `status` is what became of the token. */
  | { kind: "wider"; token: CreatedToken; mismatches: Mismatch[]; status: TokenStatus }
  /** A token was issued, but the rest of the response was invalid. */
  | { kind: "malformed"; reason: string; status: TokenStatus }
  /** GitHub gave no OIDC token, so the broker was not asked. */
  | { kind: "no-jwt"; reason: string; status?: number }
  | { kind: "failed"; reason: string; tries: number }
  | { kind: "interrupted" };

export interface ExchangePorts extends BrokerPorts {
  journal: JournalKeeper;
  /** Called before another try: why, and after how many milliseconds. */
  report: (why: string, waitMs: number) => void;
}

/** Before the next try after each response that was lost, in milliseconds: a broker that restarts takes some seconds. */
const lostWaitsMs = [1_000, 3_000, 6_000];

/** What the broker may grant at most (docs/broker, "The policy"): a lost token lives no longer. */
const longestLifetimeMs = 24 * 3_600_000;

/**
 * Exchanges this job's identity for a Fastly token: two requests when all goes well. Each try has a fresh JWT, and a
 * nonce of its own that is in the journal before it is sent.
 */
export async function mintThroughBroker(
  broker: BrokerAddress,
  name: Omit<TokenName, "serial">,
  asked: Narrowing,
  ports: ExchangePorts,
): Promise<ExchangeOutcome> {
  const { clock, deadline, signal, random } = ports.api;
  let lost = 0;
  for (let tries = 1; ; tries++) {
    const result = await exchangeOnce(broker, { ...name, nonce: newNonce() }, asked, ports);
    const pause = pauseAfter(result, tries);
    if (pause === undefined) return outcomeOf(result, tries);
    ports.report(pause.why, pause.waitMs);
    await clock.wait(pause.waitMs, signal).catch(() => {});
    if (signal?.aborted) return { kind: "interrupted" };
  }

  function pauseAfter(result: Exchanged, tries: number): { why: string; waitMs: number } | undefined {
    const asked = askedWait(result);
    if (asked === undefined) return undefined;
    const waitMs = retryDelay(tries, asked.waitMs, random);
    return waitMs < deadline.remaining() ? { why: asked.why, waitMs } : undefined;
  }

  /** @returns undefined where another try is of no use */
  function askedWait(result: Exchanged): { why: string; waitMs: number | undefined } | undefined {
    if (result.kind === "unknown") {
      const waitMs = result.sent ? lostWaitsMs[lost++] : 0;
      return waitMs === undefined ? undefined : { why: result.reason, waitMs };
    }
    if (result.kind !== "refused" || ![429, 503].includes(result.refusal.status)) return undefined;
    return { why: `the broker responded with ${result.refusal.code}`, waitMs: result.refusal.retryAfterMs };
  }
}

function newNonce(): string {
  return randomBytes(10).toString("hex");
}

type Exchanged =
  | Exclude<ExchangeOutcome, { kind: "no-jwt" | "failed" }>
  | { kind: "unavailable"; reason: string; status?: number }
  | { kind: "unknown"; reason: string; sent: boolean };

function outcomeOf(result: Exchanged, tries: number): ExchangeOutcome {
  switch (result.kind) {
    case "unavailable":
      return { ...result, kind: "no-jwt" };
    case "unknown":
      return { kind: "failed", reason: result.reason, tries };
    default:
      return result;
  }
}

async function exchangeOnce(
  broker: BrokerAddress,
  family: Omit<TokenName, "serial">,
  asked: Narrowing,
  ports: ExchangePorts,
): Promise<Exchanged> {
  const { api, journal, hide } = ports;
  const name = formatTokenName({ ...family, serial: 1 });
  let accessToken: string | undefined;
  const result = await askBroker(broker, "/v1/token", fieldsOf(family, asked), ports, {
    beforeSending: () => {
      const askedAt = api.clock.now();
      journal.intend(name, askedAt, isoTime(askedAt + (asked.lifetimeMs ?? longestLifetimeMs)));
    },
    inspect: ({ body }) => {
      accessToken = findAccessToken(body);
      if (accessToken === undefined) return;
      hide(accessToken);
      journal.record(name, { kind: "created", accessToken });
    },
  });
  if (accessToken !== undefined) {
    const response = result.kind === "answered" ? result.response : undefined;
    return judgeToken(name, accessToken, response, asked, ports);
  }
  if (result.kind === "answered")
    return { kind: "unknown", reason: "the broker's response contains no token", sent: true };
  if (isProof(result)) journal.record(name, { kind: "never-created" });
  return result;
}

/** Whether a result proves that no token was created. A refusal that the broker sends before it mints does. */
function isProof(result: BrokerReply): boolean {
  if (result.kind === "refused") return provesNothingMinted(result.refusal);
  return result.kind === "unknown" && !result.sent;
}

function fieldsOf(
  { nonce, job, label }: Omit<TokenName, "serial">,
  asked: Narrowing,
): Record<string, string> {
  return {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    nonce,
    ...(job === "" ? {} : { job }),
    ...(label === "" ? {} : { label }),
    ...(asked.scopes ? { scope: asked.scopes.join(" ") } : {}),
    ...(asked.services ? { services: asked.services.length > 0 ? asked.services.join(" ") : "*" } : {}),
    ...(asked.lifetimeMs === undefined ? {} : { expires_in: String(Math.round(asked.lifetimeMs / 1000)) }),
  };
}

async function judgeToken(
  name: string,
  accessToken: string,
  response: HttpResponse | undefined,
  asked: Narrowing,
  ports: ExchangePorts,
): Promise<Exchanged> {
  const token = response && readToken(response.body, accessToken);
  if (!token) {
    const status = await endAtOnce(name, accessToken, ports);
    return { kind: "malformed", reason: "the broker's response was not valid", status };
  }
  ports.journal.record(name, { kind: "created", accessToken, id: token.id }, token.expiresAt);
  noteEarlierTries(token, name, asked, ports);
  const found = widerThan(token, asked);
  if (found.length === 0) return { kind: "minted", name, token, requestId: requestIdOf(response.body) };
  return { kind: "wider", token, mismatches: found, status: await endAtOnce(name, accessToken, ports) };
}

/** A serial above 1 means that the broker asked Fastly before, and got no response: post looks for those tokens as well. */
function noteEarlierTries(
  { name }: CreatedToken,
  own: string,
  asked: Narrowing,
  { api, journal }: ExchangePorts,
): void {
  const granted = parseTokenName(name);
  const family = parseTokenName(own);
  if (!granted || !family || granted.nonce !== family.nonce || granted.serial === 1) return;
  const askedAt = api.clock.now();
  const expiresAt = isoTime(askedAt + (asked.lifetimeMs ?? longestLifetimeMs));
  journal.intend(formatTokenName({ ...family, serial: granted.serial }), askedAt, expiresAt);
}

/** Compares the issued token with what was asked for; the rule decides everything else. */
function widerThan(token: CreatedToken, { scopes, services, lifetimeMs }: Narrowing): Mismatch[] {
  const grant: Grant = {
    scopes: scopes ?? ["global"],
    services: services ?? [],
    lifetimeMs: lifetimeMs ?? longestLifetimeMs,
  };
  // A rule may shorten a token's life; if it is too short to use, the job will notice.
  return mismatches(token, grant).filter(({ kind }) => kind !== "dead-on-arrival");
}

async function endAtOnce(
  name: string,
  accessToken: string,
  { api, journal }: ExchangePorts,
): Promise<TokenStatus> {
  const status = await revokeSelf(api, accessToken, { askedAt: api.clock.now() });
  if (!isLeft(status)) journal.record(name, { kind: "ended" });
  return status;
}

/** Reads the broker's response to an exchange. @returns undefined for what it does not document */
function readToken(body: string, accessToken: string): CreatedToken | undefined {
  const {
    token_id: id,
    name,
    scope,
    services,
    expires_at: expiresAt,
    expires_in,
    ...rest
  } = parseObject(body) ?? {};
  if (typeof id !== "string" || !isId(id) || typeof name !== "string" || typeof scope !== "string")
    return undefined;
  if (!Array.isArray(services) || !services.every((one) => typeof one === "string")) return undefined;
  if (typeof expiresAt !== "string" || Number.isNaN(Date.parse(expiresAt))) return undefined;
  if (typeof expires_in !== "number" || !Number.isFinite(expires_in)) return undefined;
  return {
    id,
    name,
    scope,
    services,
    accessToken,
    userId: typeof rest.user_id === "string" ? rest.user_id : null,
    customerId: typeof rest.customer_id === "string" ? rest.customer_id : null,
    createdAt: isoTime(Date.parse(expiresAt) - expires_in * 1000),
    expiresAt,
    lastUsedAt: null,
  };
}
