import { HttpError } from "../../http/error.ts";
import { askedDelay, parseDate } from "../../http/retry-delay.ts";
import type { HttpResponse } from "../../http/transport.ts";
import { cleanText } from "../../text/clean-text.ts";
import { parseObject } from "../../text/json-object.ts";
import { type JwtOutcome, requestJwt } from "./github-jwt.ts";
import type { BrokerPorts } from "./ports.ts";

/** The token broker, as the inputs name it. */
export interface BrokerAddress {
  /** Such as `https://fastly-tokens.example.com`; a path in it comes before the endpoints' own. */
  url: string;
  rule: string;
  audience: string;
}

/** What the broker may answer in place of a result. */
const brokerErrorCodes = [
  "malformed",
  "token_rejected",
  "token_reused",
  "unknown_rule",
  "event_denied",
  "claim_mismatch",
  "scope_not_granted",
  "services_not_granted",
  "lifetime_not_granted",
  "quota_exceeded",
  "no_room",
  "upstream_refused",
  "upstream_unavailable",
  "store_unavailable",
  "internal",
] as const;

export type BrokerErrorCode = (typeof brokerErrorCodes)[number];

/**
 * Codes that prove that nothing was minted: the broker answers with them before it asks Fastly for anything. Of a
 * request that a proxy sent twice, `token_reused` may answer the second one.
 */
const beforeMint: ReadonlySet<BrokerErrorCode> = new Set([
  "malformed",
  "token_rejected",
  "unknown_rule",
  "event_denied",
  "claim_mismatch",
  "scope_not_granted",
  "services_not_granted",
  "lifetime_not_granted",
  "quota_exceeded",
  "no_room",
]);

export function provesNothingMinted({ code }: BrokerRefusal): boolean {
  return beforeMint.has(code);
}

/** A refusal of the broker's own. */
export interface BrokerRefusal {
  code: BrokerErrorCode;
  status: number;
  /** The broker's own sentence, cleaned and shortened. */
  description: string;
  /** The claims that failed, each with the value that this job has; null where its JWT does not state the claim. */
  failedClaims: readonly { claim: string; value: string | null }[];
  requestId: string;
  /** How long the broker asks to wait, in milliseconds. */
  retryAfterMs: number | undefined;
}

export type BrokerReply =
  | { kind: "answered"; response: HttpResponse }
  | { kind: "refused"; refusal: BrokerRefusal }
  /** Nothing proves what became of the request; `sent` is false where it never left. */
  | { kind: "unknown"; reason: string; sent: boolean }
  | Exclude<JwtOutcome, { kind: "issued" }>;

/** What happens around a request to the broker. */
export interface BrokerHooks {
  /** Called once there is a JWT, and before anything is sent to the broker. */
  beforeSending?: () => void;
  /** Called with the response before it is judged. */
  inspect?: (response: HttpResponse) => void;
}

/** How long to wait for a response from the broker, which creates no token for a request that it knows was given up. */
export const longestExchangeMs = 30_000;

/**
 * Posts a form to the broker with a fresh JWT of this job, which is good for one request: two requests in all.
 *
 * Source: docs/broker, "Endpoints".
 */
export async function askBroker(
  broker: BrokerAddress,
  endpoint: "/v1/token" | "/v1/end",
  fields: Readonly<Record<string, string>>,
  ports: BrokerPorts,
  hooks: BrokerHooks = {},
): Promise<BrokerReply> {
  // The broker is connected to while GitHub responds.
  const connecting = setImmediate(() => ports.transport.connect?.());
  const issued = await requestJwt(broker.audience, ports).finally(() => clearImmediate(connecting));
  if (issued.kind !== "issued") return issued;
  const { pathname } = new URL(broker.url);
  const form = new URLSearchParams({
    ...fields,
    subject_token: issued.jwt,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    rule: broker.rule,
  });
  const request = {
    method: "POST",
    path: `${pathname.replace(/\/+$/, "")}${endpoint}`,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": ports.userAgent,
    },
    body: form.toString(),
  } as const;
  const timeoutMs = Math.min(longestExchangeMs, ports.api.deadline.remaining());
  if (timeoutMs === 0) return { kind: "unknown", reason: "no time was left to ask the broker", sent: false };
  hooks.beforeSending?.();
  try {
    const limits = { timeoutMs, maxBytes: 1024 * 1024, signal: ports.api.signal };
    const response = await ports.transport.exchange(request, limits);
    hooks.inspect?.(response);
    return judge(response, issued.jwt);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.code === "aborted") return { kind: "interrupted" };
    return { kind: "unknown", reason: `the broker did not respond: ${error.message}`, sent: error.sent };
  }
}

function judge(response: HttpResponse, jwt: string): BrokerReply {
  const { status, complete } = response;
  if (!complete) return { kind: "unknown", reason: "the broker's response was cut short", sent: true };
  if (status === 200) return { kind: "answered", response };
  const refusal = readRefusal(response, jwt);
  if (refusal) return { kind: "refused", refusal };
  return {
    kind: "unknown",
    reason: `HTTP ${status}, with a body that is not in the broker's format`,
    sent: true,
  };
}

function readRefusal({ status, headers, body }: HttpResponse, jwt: string): BrokerRefusal | undefined {
  const parsed = parseObject(body);
  const code = brokerErrorCodes.find((one) => one === parsed?.error_code);
  if (!parsed || code === undefined || typeof parsed.error !== "string") return undefined;
  return {
    code,
    status,
    description: textOf(parsed.error_description, jwt),
    failedClaims: claimsOf(parsed.failed_claims, jwt),
    requestId: textOf(parsed.request_id, jwt),
    retryAfterMs: askedDelay(status, headers, parseDate(headers.date) ?? Date.now()),
  };
}

function claimsOf(value: unknown, jwt: string): BrokerRefusal["failedClaims"] {
  if (Array.isArray(value))
    return value.flatMap((item) => {
      const { claim, value: own } = (item ?? {}) as { claim?: unknown; value?: unknown };
      if (typeof claim !== "string") return [];
      return [{ claim: textOf(claim, jwt), value: typeof own === "string" ? textOf(own, jwt) : null }];
    });
  return [];
}

/** A claim may name a workflow, or a sentence several claims: what is cut says nothing. */
const longestText = 2_000;

function textOf(value: unknown, jwt: string): string {
  return typeof value === "string" ? cleanText(value, [jwt], longestText) : "";
}

/** The ID under which the broker's audit has a request. @returns undefined where a response names none that is one */
export function requestIdOf(body: string): string | undefined {
  const id = parseObject(body)?.request_id;
  return typeof id === "string" && /^[\w-]{1,100}$/.test(id) ? id : undefined;
}
