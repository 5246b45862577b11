import { type CreatedToken, type FastlyErrorCode, isoTime } from "../../fastly/index.ts";
import { createSignal } from "../../http/create-signal.ts";
import { eitherSignal } from "../../http/signal.ts";
import { lifetimeOf } from "../../token/mismatch.ts";
import type { TokenName } from "../../token/token-name.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import type { Admission } from "../store/store.ts";
import type { MintResult } from "../users/users.ts";
import { type Judged, judge } from "./judge.ts";
import { type Refused, refusal } from "./refusal.ts";
import { runKeyOf } from "./run-key.ts";
import type { Answer, Exchange, Generation, Service } from "./service.ts";
import { refuseUsedBefore } from "./used-before.ts";

/** A JWT's ID is kept a little longer than the JWT is taken, since clocks of instances differ. */
const marginMs = 60_000;

/** `POST /v1/token`: a job's JWT in exchange for a token. */
export async function exchangeToken(
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Answer> {
  const judged = await judge(exchange, generation, service);
  if (judged.kind === "refused") return judged;
  const usedBefore = await refuseUsedBefore(judged.identified, judged.rule.users, generation, service);
  if (usedBefore) return usedBefore;
  const lease = exchange.id;
  const refused = await admit(judged, lease, generation, service);
  if (refused) return refused;
  let minted = false;
  try {
    const result = await mint(judged, lease, exchange, generation, service);
    if (result.kind !== "minted") return refusalOfMint(result, exchange);
    const answer = await handOver(result, judged, exchange, generation, service);
    minted = answer.kind === "answered";
    return answer;
  } finally {
    if (!minted) await service.store.withdraw(judged.rule.id, lease);
  }
}

/** Takes the rule's quotas, and the JWT for good. Before a rule's tokens are called too many, they are counted. */
async function admit(
  { identified, rule, grant }: Judged,
  lease: string,
  { users }: Generation,
  service: Service,
): Promise<Refused | undefined> {
  const { verified } = identified;
  const request = {
    jwtId: await service.sha256(`${verified.issuer.issuer}\n${verified.claims.jti}`),
    keepMs: Math.max(0, verified.acceptedUntil - service.clock.now()) + marginMs,
    rule: rule.id,
    lease,
    lifetimeMs: grant.ttlMs,
    quotas: rule.quotas,
  };
  let admission = await service.store.admit(request);
  if (admission.kind === "quota-exceeded" && admission.quota === "max_live") {
    await users.correct(rule.users);
    admission = await service.store.admit(request);
  }
  return refusalOfAdmission(admission);
}

function refusalOfAdmission(admission: Admission): Refused | undefined {
  switch (admission.kind) {
    case "admitted":
      return undefined;
    case "reused":
      return refusal(
        "token_reused",
        "This JWT was used before: each is good for one request. Ask GitHub for a fresh one.",
      );
    case "quota-exceeded": {
      const { quota, retryAfterMs } = admission;
      const description =
        quota === "max_live"
          ? "As many tokens of this rule live as its max_live allows."
          : "As many tokens of this rule were made within an hour as its per_hour allows.";
      return refusal("quota_exceeded", description, { retryAfterMs, reason: quota });
    }
  }
}

async function mint(
  { identified, rule, grant, nonce = "", job, label }: Judged,
  lease: string,
  { signal: sender }: Exchange,
  { users }: Generation,
  { mints, newNonce }: Service,
): Promise<MintResult> {
  const { verified, run } = identified;
  const { check_run_id: checkRunId } = verified.claims;
  const name: Omit<TokenName, "serial"> = {
    ...run,
    job,
    label,
    use: "job",
    nonce: nonce === "" ? newNonce() : nonce,
    ...(checkRunId === undefined ? {} : { checkRunId }),
  };
  const cancelled = createSignal();
  const underWay = mints.begin(name.nonce, runKeyOf(run), () => cancelled.abort(), checkRunId);
  try {
    const signal = eitherSignal(sender, cancelled.signal);
    const result = await users.mint({
      rule: rule.id,
      users: rule.users,
      lease,
      name,
      grant: { scopes: grant.scopes, services: grant.services, lifetimeMs: grant.ttlMs },
      signal,
    });
    if (result.kind !== "minted" || !signal.aborted) return result;
    // Whoever asked is gone, or has asked for its end.
    await users.endSelf(result.user, result.token);
    return { kind: "gave-up" };
  } finally {
    underWay.end();
  }
}

async function handOver(
  { token, user, name }: Extract<MintResult, { kind: "minted" }>,
  { rule }: Judged,
  exchange: Exchange,
  { users }: Generation,
  { metrics, sha256 }: Service,
): Promise<Answer> {
  exchange.undo = () => users.endSelf(user, token);
  const { id, record } = exchange;
  const seconds = Math.round(lifetimeOf(token) / 1000);
  const expiresAt = isoTime(Date.parse(token.expiresAt ?? ""));
  Object.assign(record, {
    token_sha256: await sha256(token.accessToken),
    token_id: token.id,
    token_name: name,
    user,
    scope: token.scope,
    services: token.services.join(" "),
    ttl: seconds,
    expires_at: expiresAt,
  });
  metrics.minted(user, rule.id);
  const body = tokenBody(token, { seconds, expiresAt, rule: rule.id, requestId: id });
  return { kind: "answered", decision: "granted", status: 200, body };
}

function tokenBody(
  token: CreatedToken,
  {
    seconds,
    expiresAt,
    rule,
    requestId,
  }: { seconds: number; expiresAt: string; rule: string; requestId: string },
) {
  return {
    access_token: token.accessToken,
    issued_token_type: "urn:fastly-ephemeral-token:token-type:fastly-api-token",
    token_type: "N_A",
    expires_in: seconds,
    scope: token.scope,
    token_id: token.id,
    name: token.name,
    services: token.services,
    expires_at: expiresAt,
    user_id: token.userId,
    customer_id: token.customerId,
    rule,
    request_id: requestId,
  };
}

function refusalOfMint(result: Exclude<MintResult, { kind: "minted" }>, { record }: Exchange): Refused {
  switch (result.kind) {
    case "no-room":
      return refusal(
        "no_room",
        "Every Fastly user of this rule is busy or has as many live tokens as it may.",
        {
          retryAfterMs: result.retryAfterMs,
        },
      );
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
