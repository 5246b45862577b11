/** Why a request is refused, as its sender learns it: a closed list, and part of the broker's interface. */
export type ErrorCode = keyof typeof errorCodes;

/** A refusal's status, and its `error` in the terms of RFC 6749, 5.2, and RFC 8693, 2.2.2. */
export const errorCodes = {
  malformed: { status: 400, error: "invalid_request" },
  token_rejected: { status: 400, error: "invalid_request" },
  token_reused: { status: 400, error: "invalid_request" },
  unknown_rule: { status: 400, error: "invalid_request" },
  event_denied: { status: 403, error: "unauthorized_client" },
  claim_mismatch: { status: 403, error: "unauthorized_client" },
  scope_not_granted: { status: 403, error: "invalid_scope" },
  services_not_granted: { status: 403, error: "invalid_target" },
  lifetime_not_granted: { status: 403, error: "invalid_request" },
  quota_exceeded: { status: 429, error: "temporarily_unavailable" },
  no_room: { status: 503, error: "temporarily_unavailable" },
  upstream_refused: { status: 502, error: "server_error" },
  upstream_unavailable: { status: 503, error: "temporarily_unavailable" },
  store_unavailable: { status: 503, error: "temporarily_unavailable" },
  internal: { status: 500, error: "server_error" },
} as const;

/** A claim that failed, with the value that the JWT states; null where it states none. The policy's value stays with the broker. */
export interface FailedClaim {
  claim: string;
  value: string | null;
}

export interface Refusal {
  code: ErrorCode;
  /** For the person who reads it: what to do. It holds nothing of the policy, and nothing that Fastly said. */
  description: string;
  /** Only of a 429 or a 503. */
  retryAfterMs?: number;
  failedClaims?: readonly FailedClaim[];
  /** For the audit alone: what the sender does not learn. */
  reason?: string;
  /** Takes the place of the code's own `error`. */
  error?: string;
  /** Takes the place of the code's own status. */
  status?: number;
  /** The methods that a path takes, of a 405. */
  allow?: string;
}

export function refusal(
  code: ErrorCode,
  description: string,
  more: Omit<Refusal, "code" | "description"> = {},
) {
  return { kind: "refused", refusal: { code, description, ...more } } as const;
}

export type Refused = { readonly kind: "refused"; readonly refusal: Refusal };

/** What everybody learns whose JWT does not prove that it comes from an organization of the rule. */
export function tokenRejected(reason: string): Refused {
  const description =
    "The JWT was rejected. Check that it is fresh, that its audience is this broker's, and that this repository's organization may use the rule.";
  return refusal("token_rejected", description, { reason });
}

export function malformed(description: string, more: Omit<Refusal, "code" | "description"> = {}): Refused {
  return refusal("malformed", description, more);
}

/** Writes a refusal as RFC 6749, 5.2, has it. */
export function refusalResponse(refused: Refusal, requestId: string): Response {
  const { status, error } = errorCodes[refused.code];
  const body = {
    error: refused.error ?? error,
    error_code: refused.code,
    error_description: plain(refused.description),
    request_id: requestId,
    ...(refused.failedClaims ? { failed_claims: refused.failedClaims } : {}),
  };
  const mayTryAgain = status === 429 || status === 503;
  return jsonResponse(refused.status ?? status, body, {
    ...(mayTryAgain ? { "retry-after": String(wholeSeconds(refused.retryAfterMs ?? 5_000)) } : {}),
    ...(refused.allow === undefined ? {} : { allow: refused.allow }),
  });
}

/** RFC 6749, 5.2, allows printable ASCII without quotes and backslashes. A claim's value stands unchanged in `failed_claims`. */
function plain(description: string): string {
  return description.replace(/[^\x20-\x7E]|["\\]/gu, "?");
}

function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
