import type { CreatedToken } from "../fastly/index.ts";
import type { Revocation } from "../token/revoke-in-bulk.ts";
import type { Finding } from "../token/sweep-tokens.ts";
import type { NotKnown, RevokeStatus, StatusProblem, TokenReport } from "../token/token-status.ts";
import type { HelpedBy } from "../token/with-key.ts";

/*
 * The output `audit` of each action, for log pipelines: JSON on one line, in the broker's audit's own words where
 * it has them, and without a secret.
 */

/** What main created. */
export function createdAudit(token: CreatedToken, apiUrl: string, requestId: string | undefined): string {
  return JSON.stringify({
    token_id: token.id,
    token_name: token.name,
    scope: token.scope,
    services: token.services,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    user_id: token.userId,
    customer_id: token.customerId,
    api_url: apiUrl,
    request_id: requestId,
  });
}

/** What became of one token. */
type Ended = { token_id: string | null; status: string; reason?: string };

/** What the revoke action ended; `by` is missing where the token revoked itself. */
export function revokedAudit(tokens: readonly Ended[], apiUrl: string, by?: HelpedBy): string {
  return fitted(tokens, { api_url: apiUrl, ...keyOf(by) });
}

/** @param shownId the ID, or null where it may be a part of a secret */
export function endedById(shownId: string | null, status: Revocation["status"]): Ended {
  return { token_id: shownId, ...statusOf(status) };
}

/** What the sweep found, and did: `findings` by what matters most first. */
export function sweptAudit(
  findings: readonly Finding[],
  { apiUrl, dryRun, unreadable, by }: { apiUrl: string; dryRun: boolean; unreadable: number; by: HelpedBy },
): string {
  const tokens = findings.map((finding) => {
    const { token } = finding;
    return {
      token_id: token.id,
      token_name: token.name,
      user_id: token.userId,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      ...verdictOf(finding),
    };
  });
  return fitted(tokens, { api_url: apiUrl, dry_run: dryRun, unreadable, ...keyOf(by) });
}

function verdictOf({ verdict }: Finding): { status: string; reason?: string } {
  switch (verdict.kind) {
    case "revocation":
      return { reason: underscored(verdict.grounds), ...statusOf(verdict.status) };
    case "would-sweep":
      return { status: "would_revoke", reason: underscored(verdict.grounds) };
    case "too-young":
    case "own-run":
    case "run-alive":
    case "run-unknown":
      return { status: "kept", reason: underscored(verdict.kind) };
  }
}

function statusOf(status: RevokeStatus | NotKnown): { status: string; reason?: string } {
  const reason = "problem" in status ? { reason: underscored(reasonOf(status.problem)) } : {};
  return { status: underscored(status.kind), ...reason };
}

function reasonOf(problem: StatusProblem): string {
  return problem.kind === "error" ? problem.error.code : problem.kind;
}

function underscored(kind: string): string {
  return kind.replaceAll("-", "_");
}

function keyOf(by: HelpedBy | undefined): Record<string, unknown> {
  return { key_id: by?.keyId, request_id: by?.requestId, leftover_helpers: by?.leftovers.map(leftover) };
}

function leftover({ id, name, expiresAt }: TokenReport): Record<string, unknown> {
  return { token_id: id ?? null, token_name: name, expires_at: expiresAt };
}

/** Linux accepts environment variables of up to 128 KiB, and most steps would read an output from one. */
const roomForTokens = 100 * 1024;

/** Leaves out what does not fit, and counts it. */
function fitted(tokens: readonly Ended[], about: Record<string, unknown>): string {
  let room = roomForTokens;
  const shown = tokens.filter((token) => {
    room -= Buffer.byteLength(JSON.stringify(token)) + 1;
    return room >= 0;
  });
  return JSON.stringify({ ...about, left_out: tokens.length - shown.length, tokens: shown });
}
