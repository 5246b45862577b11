import { type CreatedToken, isoTime } from "../../fastly/index.ts";
import { createSignal } from "../../http/create-signal.ts";
import { eitherSignal } from "../../http/signal.ts";
import { lifetimeOf } from "../../token/mismatch.ts";
import type { TokenName } from "../../token/token-name.ts";
import { type Admission, StoreUnavailable, unlessAway } from "../store/store.ts";
import type { Minted, MintResult } from "../users/users.ts";
import { type Judged, judge } from "./judge.ts";
import { refusalOfMint } from "./mint-refusal.ts";
import { type Refused, refusal } from "./refusal.ts";
import type { Exchange, Generation, Reply, Service } from "./service.ts";
import { mayBeUsedBefore, refuseUsedBefore } from "./used-before.ts";

/** A JWT's ID is kept a little longer than the JWT is taken, since clocks of instances differ. */
const marginMs = 60_000;

/** `POST /v1/token`: a job's JWT in exchange for a token. */
export async function exchangeToken(
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Reply> {
  const judged = await judge(exchange, generation, service);
  if (judged.kind === "refused") return judged;
  if (mayBeUsedBefore(judged.identified, service)) {
    const usedBefore = await refuseUsedBefore(judged.identified, judged.rule.users, generation, service);
    if (usedBefore) return usedBefore;
  }
  const lease = exchange.id;
  const refused = await admit(judged, lease, generation, service);
  if (refused) return refused;
  let minted = false;
  try {
    const result = await mint(judged, lease, exchange, generation, service);
    if (result.kind !== "minted") return refusalOfMint(result, exchange);
    const reply = await handOver(result, judged, exchange, generation, service);
    minted = reply.kind === "answered";
    return reply;
  } finally {
    if (!minted) await service.store.withdraw(judged.rule.id, lease).catch(unlessAway);
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
  try {
    let admission = await service.store.admit(request);
    if (admission.kind === "quota-exceeded" && admission.quota === "max_live") {
      await users.correct(rule.users);
      admission = await service.store.admit(request);
    }
    return refusalOfAdmission(admission);
  } catch (error) {
    // The store may have counted it all the same, and nobody gets a token for it.
    if (error instanceof StoreUnavailable && error.wasSent)
      service.inBackground(service.store.withdraw(rule.id, lease));
    throw error;
  }
}

function refusalOfAdmission(admission: Admission): Refused | undefined {
  switch (admission.kind) {
    case "admitted":
      return undefined;
    case "reused":
      return refusal(
        "token_reused",
        "This JWT has been used before. Each JWT is valid for one request; ask GitHub for a fresh one.",
      );
    case "quota-exceeded": {
      const { quota, retryAfterMs } = admission;
      const description =
        quota === "max_live"
          ? "This rule has as many live tokens as its max_live allows."
          : "This rule has created as many tokens in the last hour as its per_hour allows.";
      return refusal("quota_exceeded", description, { retryAfterMs, reason: quota });
    }
  }
}

async function mint(
  { identified, rule, grant, nonce = "", job, label }: Judged,
  lease: string,
  { signal: sender, record }: Exchange,
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
  const underWay = mints.begin(name.nonce, run, () => cancelled.abort(), checkRunId);
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
    if (result.kind === "minted") underWay.made(result.token.id);
    if (result.kind !== "minted" || !signal.aborted) return result;
    // Whoever asked is gone, or has asked for its end.
    Object.assign(record, { token_id: result.token.id, token_name: result.name, user: result.user });
    await users.endSelf(result).catch(unlessAway);
    return { kind: "gave-up" };
  } finally {
    underWay.end();
  }
}

async function handOver(
  minted: Minted,
  { rule }: Judged,
  exchange: Exchange,
  { users }: Generation,
  { metrics, sha256 }: Service,
): Promise<Reply> {
  const { token, user, name } = minted;
  exchange.undo = () => users.endSelf(minted);
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
