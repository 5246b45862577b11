import type { FastlyErrorCode } from "../../fastly/index.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import type { MintResult } from "../users/users.ts";
import { type Refused, refusal } from "./refusal.ts";
import type { Exchange } from "./service.ts";

/** Why no token is handed over. Fastly's own words are in the audit alone. */
export function refusalOfMint(
  result: Exclude<MintResult, { kind: "minted" }>,
  { record }: Exchange,
): Refused {
  switch (result.kind) {
    case "no-room":
      return refusal("no_room", shortages[result.shortage], {
        retryAfterMs: result.retryAfterMs,
        reason: result.shortage,
      });
    case "no-user":
      return refusal(
        "upstream_refused",
        "Fastly refused the credentials of every user of this rule. The broker's operator must correct them.",
        { reason: "users_out" },
      );
    case "resting":
      return refusal("upstream_unavailable", "Fastly could not be reached, or its response was not valid.", {
        retryAfterMs: result.retryAfterMs,
        reason: "password_rests",
      });
    case "gave-up":
      return refusal("upstream_unavailable", "The sender gave up before the broker could respond.", {
        reason: "gave_up",
      });
    case "not-minted":
      record.user = result.user;
      return refusalOfOutcome(result.outcome);
  }
}

const shortages = {
  tokens: "Every Fastly user of this rule has reached its limit on live tokens.",
  writes: "The users of this rule have used up Fastly's hourly limit on write requests.",
  queue: "Too many requests are waiting for the Fastly users of this rule.",
  turns: "Every Fastly user of this rule is busy.",
} as const;

function refusalOfOutcome(outcome: Extract<MintResult, { kind: "not-minted" }>["outcome"]): Refused {
  switch (outcome.kind) {
    case "not-as-asked":
      return refusal(
        "upstream_refused",
        `Fastly created a token that is not what was requested; ${ended(outcome.status)}.`,
        {
          reason: `not_as_asked:${outcome.mismatches.map(({ kind }) => kind).join(",")}:${outcome.status.kind}`,
        },
      );
    case "malformed":
      return refusal("upstream_refused", `Fastly's response could not be read; ${ended(outcome.status)}.`, {
        reason: `malformed_response:${outcome.status.kind}`,
      });
    case "failed": {
      const { code, status, retryAfterMs } = outcome.error;
      const reason = `${code}${status === undefined ? "" : `:${status}`}`;
      if (refusing.has(code))
        return refusal("upstream_refused", "Fastly refused to create the token.", { reason });
      return refusal("upstream_unavailable", "Fastly could not be reached, or its response was not valid.", {
        reason,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    case "password-not-sent":
    case "interrupted":
      return refusal("upstream_unavailable", "No token was requested from Fastly.", { reason: outcome.kind });
  }
}

/** That a token has ended is claimed only where Fastly's response proves it. */
function ended(status: TokenStatus): string {
  return isLeft(status) ? "it may be alive, and the broker keeps trying to revoke it" : "it has ended";
}

/** Fastly's own refusals, which trying again does not change. */
const refusing: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "missing-credentials",
  "refused-otp",
  "account-locked",
  "invalid-scope",
  "invalid-expiry",
  "bad-request",
  "unauthorized",
  "expired-key",
  "forbidden",
  "not-found",
]);
