import { isRepository, isServer } from "../../token/token-name.ts";
import { type GitHubClaims, type VerifiedToken, verifyGitHubToken } from "../identity/index.ts";
import { findRule as findRuleOf, type Rule } from "../policy/index.ts";
import { malformed, type Refused, refusal, tokenRejected } from "./refusal.ts";
import type { RunIdentity } from "./run-key.ts";
import type { Exchange, Generation, Service } from "./service.ts";

/** The parameters that name who asks. */
export const subjectParameters = ["grant_type", "subject_token", "subject_token_type"] as const;

export type SubjectFields = Readonly<Partial<Record<(typeof subjectParameters)[number], string>>>;

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";

const tokenTypes = ["urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"];

export interface Identified {
  kind: "identified";
  verified: VerifiedToken;
  run: RunIdentity;
}

/** Judges the form of the parameters that name who asks. */
export function readSubject(
  fields: SubjectFields,
  grantTypeIsOptional = false,
): { kind: "subject"; jwt: string } | Refused {
  const { grant_type: grant, subject_token: jwt, subject_token_type: type } = fields;
  if (grant === undefined && !grantTypeIsOptional)
    return malformed(`The parameter grant_type is missing. It must be ${grantType}.`);
  if (grant !== undefined && grant !== grantType)
    return malformed(`The parameter grant_type must be ${grantType}.`, { error: "unsupported_grant_type" });
  if (jwt === undefined || jwt === "") return malformed("The parameter subject_token is missing.");
  if (type === undefined || !tokenTypes.includes(type))
    return malformed(`The parameter subject_token_type must be ${tokenTypes.join(" or ")}.`);
  return { kind: "subject", jwt };
}

/** Believes a JWT, or says why not. The audit learns who it is, from here on. */
export async function identify(
  jwt: string,
  { record }: Exchange,
  { config }: Generation,
  { keys, clock, sha256, isSignedBy }: Service,
): Promise<Identified | Refused> {
  record.jwt_sha256 = await sha256(jwt);
  const { issuers, audience } = config;
  const verified = await verifyGitHubToken(jwt, { issuers, audience, keys, clock, isSignedBy });
  if (verified.kind === "rejected") return tokenRejected(verified.reason);
  if (verified.kind === "unavailable") {
    return refusal(
      "upstream_unavailable",
      "The issuer's keys could not be fetched. Try again with a fresh JWT.",
      {
        retryAfterMs: verified.retryAfterMs,
        reason: "issuer_keys_unavailable",
      },
    );
  }
  const { claims, issuer } = verified;
  Object.assign(record, auditedClaims(claims), { issuer: issuer.issuer });
  const run = runOf(claims, issuer.server);
  return run ? { kind: "identified", verified, run } : tokenRejected("malformed_claim:repository");
}

function runOf(claims: GitHubClaims, origin: string): RunIdentity | undefined {
  const server = origin.slice(origin.indexOf("//") + 2);
  const { repository, run_id: runId, run_attempt: runAttempt } = claims;
  if (!isRepository(repository) || !isServer(server)) return undefined;
  // A value that does not fit into a token's name could not be found by that name.
  return runId.length <= 15 && runAttempt.length <= 10
    ? { server, repository, runId, runAttempt }
    : undefined;
}

/**
 * The rule that is asked for. Whoever's organization does not stand in it learns nothing, not even that there is
 * such a rule; whoever's stands in another one learns that this one does not exist.
 */
export function findRule(
  id: string,
  { claims }: VerifiedToken,
  { config }: Generation,
): { kind: "rule"; rule: Rule } | Refused {
  const found = findRuleOf(config.rules, id, claims);
  switch (found.kind) {
    case "found":
      return { kind: "rule", rule: found.rule };
    case "token_rejected":
      return tokenRejected("owner_unknown_to_rule");
    case "unknown_rule":
      return refusal("unknown_rule", "This rule does not exist. Check the ID of the rule in the request.");
  }
}

function auditedClaims(claims: GitHubClaims) {
  return {
    repository: claims.repository,
    repository_id: claims.repository_id,
    repository_owner_id: claims.repository_owner_id,
    ref: claims.ref,
    event_name: claims.event_name,
    workflow_ref: claims.workflow_ref,
    job_workflow_ref: textOf(claims.job_workflow_ref),
    environment: textOf(claims.environment),
    actor_id: textOf(claims.actor_id),
    sha: claims.sha,
    run_id: claims.run_id,
    run_attempt: claims.run_attempt,
    check_run_id: claims.check_run_id,
    jti: claims.jti,
  };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === "string" ? claim : undefined;
}
