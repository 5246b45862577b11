import { createHmac, randomUUID } from "node:crypto";
import type { Job } from "./jobs.ts";

/** A delivery that GitHub makes once a job, or a run attempt, is over. */
export type WebhookToSign = {
  event: "workflow_job" | "workflow_run";
  /** ID of a registered job. */
  job: string;
  secret: string;
  /** `completed` by default. */
  action?: string;
  conclusion?: string;
  /** By default, a GUID of its own. */
  delivery?: string;
  /** Of the GitHub App that the webhook belongs to; null for a webhook of a repository or organization. */
  installationId?: number | null;
  /** Replaces members at the top of the payload; null takes one out. */
  payload?: Record<string, unknown>;
  /** Replaces headers; null takes one out. */
  headers?: Record<string, string | null>;
};

/** A delivery as it goes over the wire. */
export type SignedWebhook = { headers: Record<string, string>; body: string };

const appId = 987_654;

export function signWebhook(job: Job, options: WebhookToSign): SignedWebhook {
  const { event, secret, delivery = randomUUID(), installationId = 4_711_042 } = options;
  const body = JSON.stringify(present({ ...payloadOf(job, options, installationId), ...options.payload }));
  const target =
    installationId === null
      ? { type: "repository", id: job.claims.repository_id }
      : { type: "integration", id: appId };
  const headers = present({
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/0aa1b2c",
    "x-github-delivery": delivery,
    "x-github-event": event,
    "x-github-hook-id": "509871432",
    "x-github-hook-installation-target-id": String(target.id),
    "x-github-hook-installation-target-type": target.type,
    "x-hub-signature": `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`,
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    ...options.headers,
  });
  return { headers: headers as Record<string, string>, body };
}

function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function payloadOf(job: Job, options: WebhookToSign, installationId: number | null): Record<string, unknown> {
  const { event, action = "completed", conclusion = "success" } = options;
  const subject =
    event === "workflow_job" ? workflowJob(job, action, conclusion) : workflowRun(job, action, conclusion);
  const { repository_owner: login, repository_owner_id: ownerId } = job.claims;
  return {
    action,
    [event]: subject,
    repository: repositoryOf(job),
    organization: { login, id: Number(ownerId) },
    sender: { login: job.claims.actor, id: Number(job.claims.actor_id), type: "User" },
    ...(installationId === null
      ? {}
      : { installation: { id: installationId, node_id: "MDIzOkludGVncmF0aW9u" } }),
  };
}

function repositoryOf({ claims, server }: Job) {
  return {
    id: Number(claims.repository_id),
    name: claims.repository?.split("/")[1],
    full_name: claims.repository,
    private: claims.repository_visibility !== "public",
    owner: { login: claims.repository_owner, id: Number(claims.repository_owner_id), type: "Organization" },
    html_url: `${server}/${claims.repository}`,
    default_branch: "main",
  };
}

function workflowJob(job: Job, action: string, conclusion: string) {
  const { claims, id, name, server } = job;
  const over = action === "completed";
  const api = apiOf(job);
  return {
    id: Number(id),
    run_id: Number(claims.run_id),
    workflow_name: claims.workflow,
    head_branch: branchOf(claims.ref),
    run_url: `${api}/actions/runs/${claims.run_id}`,
    run_attempt: Number(claims.run_attempt),
    head_sha: claims.sha,
    url: `${api}/actions/jobs/${id}`,
    html_url: `${server}/${claims.repository}/actions/runs/${claims.run_id}/job/${id}`,
    status: over ? "completed" : action,
    conclusion: over ? conclusion : null,
    created_at: timestamp(job.startedAt),
    started_at: timestamp(job.startedAt),
    completed_at: over ? timestamp(new Date()) : null,
    name,
    steps: [],
    check_run_url: `${api}/check-runs/${id}`,
    labels: ["ubuntu-latest"],
    runner_id: 17,
    runner_name: "GitHub Actions 17",
    runner_group_id: 0,
    runner_group_name: "GitHub Actions",
  };
}

function workflowRun(job: Job, action: string, conclusion: string) {
  const { claims, server, workflowPath } = job;
  const over = action === "completed";
  return {
    id: Number(claims.run_id),
    name: claims.workflow,
    head_branch: branchOf(claims.ref),
    head_sha: claims.sha,
    path: workflowPath,
    run_number: Number(claims.run_number),
    event: claims.event_name,
    status: over ? "completed" : action,
    conclusion: over ? conclusion : null,
    workflow_id: 55_301,
    url: `${apiOf(job)}/actions/runs/${claims.run_id}`,
    html_url: `${server}/${claims.repository}/actions/runs/${claims.run_id}`,
    created_at: timestamp(job.startedAt),
    updated_at: timestamp(new Date()),
    run_attempt: Number(claims.run_attempt),
    run_started_at: timestamp(job.startedAt),
    repository: repositoryOf(job),
    head_repository: repositoryOf(job),
  };
}

function apiOf({ claims, server }: Job): string {
  const root = server === "https://github.com" ? "https://api.github.com" : `${server}/api/v3`;
  return `${root}/repos/${claims.repository}`;
}

function branchOf(ref = ""): string {
  return ref.replace(/^refs\/(heads|tags)\//, "");
}

function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
