/**
 * One decision, as the audit states it. The list of fields is closed: what is not named here is never written, and
 * it contains tokens and JWTs only as SHA-256 hashes.
 */
export interface AuditRecord {
  time: string;
  request_id: string;
  event: "token" | "end" | "explain" | "webhook" | "reload" | "user" | "audit" | "settle" | "start" | "stop";
  decision: "granted" | "refused" | "done" | "ignored" | "failed";
  error_code?: string | undefined;
  /** Why, where the sender does not learn it. */
  reason?: string | undefined;
  status?: number | undefined;
  rule?: string | undefined;
  issuer?: string | undefined;
  repository?: string | undefined;
  repository_id?: string | undefined;
  repository_owner_id?: string | undefined;
  ref?: string | undefined;
  event_name?: string | undefined;
  workflow_ref?: string | undefined;
  job_workflow_ref?: string | undefined;
  environment?: string | undefined;
  actor_id?: string | undefined;
  sha?: string | undefined;
  run_id?: string | undefined;
  run_attempt?: string | undefined;
  check_run_id?: string | undefined;
  failed_claims?: string | undefined;
  jwt_sha256?: string | undefined;
  jti?: string | undefined;
  token_sha256?: string | undefined;
  token_id?: string | undefined;
  token_name?: string | undefined;
  nonces?: string | undefined;
  user?: string | undefined;
  scope?: string | undefined;
  services?: string | undefined;
  ttl?: number | undefined;
  expires_at?: string | undefined;
  ended?: number | undefined;
  left?: number | undefined;
  /** How many earlier lines could not be written. */
  lost?: number | undefined;
  delivery?: string | undefined;
  policy_hash?: string | undefined;
  ip?: string | undefined;
  duration_ms?: number | undefined;
}

/** Resolves once the record is written. */
export type AuditSink = (record: AuditRecord) => Promise<void>;

/** A line could not be written: the place where lines go is at fault, not the program. */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
}

/** Resolves once the line is written; rejects where it cannot be. */
export type WriteAudit = (line: AuditLine) => Promise<void>;

/** What is undefined is not written. */
export type AuditLine = Readonly<Record<string, string | number | undefined>>;

/** Every field that a record may have; the compiler holds it to the interface. */
const fields: Record<keyof AuditRecord, true> = {
  time: true,
  request_id: true,
  event: true,
  decision: true,
  error_code: true,
  reason: true,
  status: true,
  rule: true,
  issuer: true,
  repository: true,
  repository_id: true,
  repository_owner_id: true,
  ref: true,
  event_name: true,
  workflow_ref: true,
  job_workflow_ref: true,
  environment: true,
  actor_id: true,
  sha: true,
  run_id: true,
  run_attempt: true,
  check_run_id: true,
  failed_claims: true,
  jwt_sha256: true,
  jti: true,
  token_sha256: true,
  token_id: true,
  token_name: true,
  nonces: true,
  user: true,
  scope: true,
  services: true,
  ttl: true,
  expires_at: true,
  ended: true,
  left: true,
  lost: true,
  delivery: true,
  policy_hash: true,
  ip: true,
  duration_ms: true,
};

/** The line as it is written, without its end. */
export function auditText(line: AuditLine): string {
  return JSON.stringify({ level: "info", ...line });
}

/** A record that is still being filled in. */
export type OpenRecord = { [Name in keyof AuditRecord]: AuditRecord[Name] | undefined };

/** Every field from the start: an object that grows field by field costs several times as much. */
export function openRecord(): OpenRecord {
  return { ...blank };
}

const names = Object.keys(fields) as (keyof AuditRecord)[];
const blank = Object.fromEntries(names.map((name) => [name, undefined])) as OpenRecord;
const longest = 1_000;

/**
 * Picks the fields of the list, whatever else an object holds, and bounds each.
 *
 * @param policyHash of the policy in use: a record that an earlier one decided states its own
 */
export function auditLine(record: AuditRecord, policyHash: string): AuditLine {
  const line: Record<string, string | number | undefined> = { ...blank };
  for (const name of names) {
    const value = record[name];
    if (typeof value === "number") line[name] = value;
    else if (typeof value === "string")
      line[name] = value.length > longest ? `${value.slice(0, longest)}…` : value;
  }
  line.policy_hash ??= policyHash;
  return line;
}
