import type { FastlyErrorCode } from "../../fastly/index.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import type { MintResult } from "../users/users.ts";
import { type Refused, refusal } from "./refusal.ts";
import type { Exchange } from "./service.ts";

/** Why no token is handed over. What Fastly said of it is in the audit alone. */
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
        "Fastly refused the credentials of every user of this rule. Whoever runs the broker has to mend them.",
        { reason: "users_out" },
      );
    case "resting":
      return refusal("upstream_unavailable", "Fastly is out of reach, or did not answer as it should.", {
        retryAfterMs: result.retryAfterMs,
        reason: "password_rests",
      });
    case "gave-up":
      return refusal("upstream_unavailable", "The request was given up before it was answered.", {
        reason: "gave_up",
      });
    case "not-minted":
      record.user = result.user;
      return refusalOfOutcome(result.outcome);
  }
}

const shortages = {
  tokens: "Every Fastly user of this rule has as many live tokens as it may.",
  writes: "Fastly allows each user so many writes an hour, and those of this rule's users are used up.",
  queue: "Too many requests wait for the Fastly users of this rule.",
  turns: "Every Fastly user of this rule is busy.",
} as const;

function refusalOfOutcome(outcome: Extract<MintResult, { kind: "not-minted" }>["outcome"]): Refused {
  switch (outcome.kind) {
    case "not-as-asked":
      return refusal(
        "upstream_refused",
        `Fastly made another token than was asked for; ${ended(outcome.status)}.`,
        {
          reason: `not_as_asked:${outcome.mismatches.map(({ kind }) => kind).join(",")}:${outcome.status.kind}`,
        },
      );
    case "malformed":
      return refusal("upstream_refused", `Fastly's answer could not be read; ${ended(outcome.status)}.`, {
        reason: `malformed_answer:${outcome.status.kind}`,
      });
    case "failed": {
      const { code, status, retryAfterMs } = outcome.error;
      const reason = `${code}${status === undefined ? "" : `:${status}`}`;
      if (refusing.has(code))
        return refusal("upstream_refused", "Fastly refused to make the token.", { reason });
      return refusal("upstream_unavailable", "Fastly is out of reach, or did not answer as it should.", {
        reason,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    case "password-not-sent":
    case "interrupted":
      return refusal("upstream_unavailable", "The token was not asked for.", { reason: outcome.kind });
  }
}

/** That a token has ended is said only where Fastly's answer proves it. */
function ended(status: TokenStatus): string {
  return isLeft(status) ? "it may be alive, and the broker goes on ending it" : "it was ended";
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
