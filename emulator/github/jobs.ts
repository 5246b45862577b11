import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { IssuerPath } from "./issuers.ts";

export type Claims = Record<string, unknown>;

/** A job to register. What is not stated is made up, and consistent with what is. */
export type JobToRegister = {
  /** `owner/name`. */
  repository?: string;
  repositoryId?: string;
  ownerId?: string;
  /** In full, such as `refs/heads/main`. */
  ref?: string;
  event?: string;
  /** The file's path in the repository. */
  workflow?: string;
  environment?: string;
  runId?: string;
  runAttempt?: string;
  /** The key of the job in its workflow. */
  job?: string;
  /** `https://github.com` by default. */
  server?: string;
  issuer?: IssuerPath;
  /** Replaces claims, or takes them out where it is null. Times too, which are otherwise those of each request. */
  claims?: Claims;
  /** How far GitHub's clock is ahead of this machine's when it signs. */
  clockOffsetMs?: number;
};

export type Job = {
  /** Of the job, which is also the one of its check run. */
  readonly id: string;
  readonly name: string;
  readonly server: string;
  readonly issuer: IssuerPath;
  readonly requestToken: string;
  /** Below the emulator's URL. */
  readonly requestPath: string;
  readonly clockOffsetMs: number;
  /** All but `iss`, `aud`, `jti` and the times, which each token has of its own. */
  readonly claims: Readonly<Record<string, string>>;
  readonly overrides: Claims;
  readonly workflowPath: string;
  readonly startedAt: Date;
  /** The request token is over: GitHub gives no more tokens to this job. */
  over: boolean;
};

export function createJob(options: JobToRegister): Job {
  const id = newNumber();
  return {
    id,
    name: options.job ?? "deploy",
    server: options.server ?? "https://github.com",
    issuer: options.issuer ?? "",
    requestToken: `eyJ.${randomBytes(48).toString("base64url")}.${randomBytes(32).toString("base64url")}`,
    // The two slashes are GitHub's own.
    requestPath: `/42//idtoken/${randomUUID()}/${randomUUID()}?api-version=2.0`,
    clockOffsetMs: options.clockOffsetMs ?? 0,
    claims: claimsOf(options, id),
    overrides: options.claims ?? {},
    workflowPath: options.workflow ?? defaultWorkflow,
    startedAt: new Date(),
    over: false,
  };
}

const defaultWorkflow = ".github/workflows/deploy.yml";

/** The claims of GitHub's tokens as of 2026. */
function claimsOf(options: JobToRegister, checkRunId: string): Record<string, string> {
  const {
    repository = "octo-org/shop",
    repositoryId = "1296269",
    ownerId = "9919",
    ref = "refs/heads/main",
    event = "push",
    workflow = defaultWorkflow,
    environment,
    runId = newNumber(),
    runAttempt = "1",
  } = options;
  const [owner = "", name = ""] = repository.split("/");
  const workflowRef = `${repository}/${workflow}@${ref}`;
  const sha = randomBytes(20).toString("hex");
  const context = environment === undefined ? subjectOf(event, ref) : `environment:${environment}`;
  return {
    // Repositories created since July 2026 have the IDs in it.
    sub: `repo:${owner}@${ownerId}/${name}@${repositoryId}:${context}`,
    ...(environment === undefined ? {} : { environment }),
    ref,
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: ref === "refs/heads/main" ? "true" : "false",
    sha,
    repository,
    repository_id: repositoryId,
    repository_owner: owner,
    repository_owner_id: ownerId,
    repository_visibility: "private",
    event_name: event,
    head_ref: event.startsWith("pull_request") ? "a-branch" : "",
    base_ref: event.startsWith("pull_request") ? "main" : "",
    workflow: "Deploy",
    workflow_ref: workflowRef,
    workflow_sha: sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: sha,
    run_id: runId,
    run_number: "73",
    run_attempt: runAttempt,
    check_run_id: checkRunId,
    actor: "octocat",
    actor_id: "583231",
    runner_environment: "github-hosted",
    enterprise: "octo-enterprise",
    enterprise_id: "1021",
  };
}

function subjectOf(event: string, ref: string): string {
  return event.startsWith("pull_request") ? "pull_request" : `ref:${ref}`;
}

function newNumber(): string {
  return String(randomInt(10_000_000_000, 99_999_999_999));
}
