import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { IssuerReport, RegisteredJob } from "../../emulator/github/control.ts";
import type { FaultRule } from "../../emulator/github/faults.ts";
import type { IssuerPath, Rotation } from "../../emulator/github/issuers.ts";
import type { Claims, JobToRegister } from "../../emulator/github/jobs.ts";
import type { StartLine } from "../../emulator/github/main.ts";
import type { LoggedRequest } from "../../emulator/github/requests.ts";
import type { KnownRun } from "../../emulator/github/rest/runs.ts";
import type { TokenToSign } from "../../emulator/github/tokens.ts";
import type { SignedWebhook, WebhookToSign } from "../../emulator/github/webhooks.ts";
import { serverProgram } from "./server-program.ts";

export type { Fault, FaultRule } from "../../emulator/github/faults.ts";
export type { Claims, IssuerReport, JobToRegister, LoggedRequest, SignedWebhook, WebhookToSign };

/** The route of every job's token requests, for faults. */
export const idTokenRoute = "/42//idtoken/:plan/:job";
export const jwksRoute = "/.well-known/jwks";

export type GitHubJob = RegisteredJob & {
  /** What the runner sets for a job with `id-token: write`, and what says where it runs. */
  readonly env: Record<string, string>;
  /** A token as the job gets it from GitHub. */
  token(audience: string): Promise<string>;
  /** The claims of such a token, unsigned: to be changed, then signed. */
  unsigned(audience: string): Promise<Claims>;
  /** From now on GitHub gives the job no token any more. */
  end(): Promise<void>;
};

export type DeliveredWebhook = { status: number; body: string; delivery: string };

export type GitHubEmulator = StartLine & {
  readonly pid: number;
  registerJob(job?: JobToRegister): Promise<GitHubJob>;
  /** Makes runs known to the REST API. Those of registered jobs are in progress until a test changes that. */
  knowRuns(...runs: KnownRun[]): Promise<void>;
  /** An issuer below a path, such as an enterprise's `/octo-enterprise`. By default, it shares github.com's keys. */
  addIssuer(path: IssuerPath, options?: { ownKeys?: boolean }): Promise<IssuerReport>;
  /** Its current signing key, the private half too, and the keys it states. */
  issuerReport(path?: IssuerPath): Promise<IssuerReport>;
  rotate(rotation?: Rotation): Promise<IssuerReport>;
  /** Replaces the keys that the issuer states. */
  publish(keys: object[], issuer?: IssuerPath): Promise<void>;
  /** Signs any header and payload with the issuer's key. */
  sign(token: TokenToSign): Promise<string>;
  /** Rules add up; the oldest that applies wins. */
  fault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  /** Refuses connections, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Every request so far, of one path or of all. */
  requests(path?: string): Promise<LoggedRequest[]>;
  /** The first request for that path after number `after`. Rejects if none comes in time. */
  nextRequest(path: string, after?: number, timeoutMs?: number): Promise<LoggedRequest>;
  /** Signs a delivery without sending it: to be changed, or sent twice. */
  signWebhook(webhook: WebhookToSign): Promise<SignedWebhook>;
  sendWebhook(url: string, webhook: WebhookToSign): Promise<DeliveredWebhook>;
  /** Ends the process; resolves once it is gone. */
  stop(): Promise<void>;
};

/** Starts a GitHub of its own for a test. Run from the project's root. */
export async function startGitHubEmulator(options: { port?: number } = {}): Promise<GitHubEmulator> {
  const args = [serverProgram("github"), "--json", "--port", String(options.port ?? 0)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line") as Promise<[string]>,
    exited.then(([code]) => {
      throw new Error(`the GitHub emulator ended with ${code} before it was ready`);
    }),
  ]);
  const start = JSON.parse(line) as StartLine;
  const control = controlOf(start.controlUrl);

  return {
    ...start,
    pid: child.pid ?? 0,
    registerJob: async (job = {}) => jobOf(await control("POST", "/jobs", job), start, control),
    knowRuns: (...runs) => control("POST", "/runs", runs),
    addIssuer: (path, issuer = {}) => control("POST", "/issuers", { path, ...issuer }),
    issuerReport: (path = "") => control("GET", `/issuers?${new URLSearchParams({ path })}`),
    rotate: (rotation = {}) => control("POST", "/issuers/rotate", rotation),
    publish: (keys, issuer = "") => control("PUT", "/issuers/keys", { issuer, keys }),
    sign: async (token) => (await control<{ token: string }>("POST", "/sign", token)).token,
    fault: (rule) => control("POST", "/faults", rule),
    clearFaults: () => control("DELETE", "/faults"),
    down: () => control("POST", "/down"),
    up: () => control("POST", "/up"),
    requests: async (path) =>
      (await control<LoggedRequest[]>("GET", "/requests")).filter(
        (request) => path === undefined || request.path === path,
      ),
    nextRequest: (path, after = 0, timeoutMs = 120_000) =>
      control(
        "GET",
        `/requests/next?${new URLSearchParams({ path, after: String(after), timeoutMs: String(timeoutMs) })}`,
      ),
    signWebhook: (webhook) => control("POST", "/webhooks/sign", webhook),
    sendWebhook: (url, webhook) => control("POST", "/webhooks", { url, ...webhook }),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function jobOf(registered: RegisteredJob, { url }: StartLine, control: Control): GitHubJob {
  const { id, requestUrl, requestToken, server, claims } = registered;
  return {
    ...registered,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      GITHUB_SERVER_URL: server,
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: claims.repository ?? "",
      GITHUB_REPOSITORY_ID: claims.repository_id ?? "",
      GITHUB_REPOSITORY_OWNER: claims.repository_owner ?? "",
      GITHUB_REPOSITORY_OWNER_ID: claims.repository_owner_id ?? "",
      GITHUB_RUN_ID: claims.run_id ?? "",
      GITHUB_RUN_ATTEMPT: claims.run_attempt ?? "",
      GITHUB_REF: claims.ref ?? "",
      GITHUB_SHA: claims.sha ?? "",
      GITHUB_EVENT_NAME: claims.event_name ?? "",
    },
    token: async (audience) => {
      const response = await fetch(`${requestUrl}&${new URLSearchParams({ audience })}`, {
        headers: { authorization: `bearer ${requestToken}` },
      });
      if (!response.ok) throw new Error(`GitHub's token endpoint answered HTTP ${response.status}`);
      return ((await response.json()) as { value: string }).value;
    },
    unsigned: (audience) => control("GET", `/jobs/${id}/claims?${new URLSearchParams({ audience })}`),
    end: () => control("POST", `/jobs/${id}/end`),
  };
}

type Control = ReturnType<typeof controlOf>;

/** The emulator's side door for tests. */
function controlOf(url: string) {
  return async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`GitHub emulator control ${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
}
