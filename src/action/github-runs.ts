import { type Deadline, deadlineIn, type FastlyApi } from "../fastly/index.ts";
import { parseDate, retryDelay } from "../http/retry-delay.ts";
import type { AskRun, Run, RunState } from "../token/ask-runs.ts";
import { openGitHub } from "./github-connections.ts";
import type { ApiAddress } from "./inputs/network.ts";

export interface GitHubOptions {
  token: string;
  /** Where GitHub's API is, such as `https://api.github.com`, and how to get there. */
  address: ApiAddress;
  /** The sweep's own. GitHub gets half of the time, and at most a minute, because the helper token lives for two. */
  bounds: Pick<FastlyApi, "deadline" | "signal" | "clock" | "random">;
}

const mostMs = 60_000;
const oneQuestionMs = 10_000;
const mostTries = 3;
const oneAnswer = 1024 * 1024;

/**
 * Asks GitHub whether attempts of runs are over. Only a response about the very attempt that was asked about
 * counts; everything else is `unknown`, so that no failure makes a living run look finished. Where one response
 * shows that no other will come, nothing more is asked.
 *
 * Long, because its functions share what GitHub's limits say.
 *
 * Source: GitHub's REST API, "Get a workflow run attempt"; its pages on rate limits and on redirects.
 */
export async function askGitHub(
  options: GitHubOptions,
): Promise<{ askRun: AskRun; close: () => Promise<void> }> {
  // Loaded after the proxy was checked: loading it reads HTTPS_PROXY, and may fail with an error that quotes it.
  const { getOctokit } = await import("@actions/github");
  const { address, bounds } = options;
  const { clock, random, signal } = bounds;
  // The time starts with the first question, because creating the helper token may have to wait.
  let begun: Deadline | undefined;
  const time = () => {
    begun ??= deadlineIn(Math.min(mostMs, bounds.deadline.remaining() / 2), clock);
    return begun.remaining();
  };
  const github = openGitHub(address, () => ({
    timeoutMs: Math.min(oneQuestionMs, time()),
    maxBytes: oneAnswer,
    signal,
  }));
  const request = { fetch: github.fetch };
  const octokit = getOctokit(options.token, { baseUrl: address.apiUrl, log: silence, request });
  let hopeless: string | undefined;
  let pausedUntil = 0;

  return {
    close: github.close,
    askRun: async (run) => stateOf(await ask(run), run),
  };

  async function ask(run: Run): Promise<Reply> {
    const [owner, repo] = run.repository.split("/");
    const parameters = { owner, repo, run_id: run.runId, attempt: run.runAttempt };
    for (let tries = 1; ; tries++) {
      await pause(pausedUntil - clock.elapsed());
      if (signal?.aborted) return { kind: "no-response", why: "the sweep was interrupted" };
      if (hopeless !== undefined) return { kind: "no-response", why: hopeless };
      if (time() === 0) return { kind: "no-response", why: "GitHub did not respond in time" };
      const reply = await octokit.request(attemptRoute, parameters).then(answered, refused);
      if (reply.kind !== "again") return settle(reply);
      const waitMs = reply.waitMs ?? retryDelay(tries, undefined, random);
      if (waitMs >= time())
        return settle({ ...reply, kind: reply.waitMs === undefined ? "no-response" : "hopeless" });
      if (tries === mostTries) return { kind: "no-response", why: reply.why };
      // What limits one question limits them all.
      pausedUntil = Math.max(pausedUntil, clock.elapsed() + waitMs);
    }
  }

  async function pause(ms: number): Promise<void> {
    // An interruption ends the pause; the next request reports it.
    if (ms > 0) await clock.wait(ms, signal).catch(() => {});
  }

  function settle(reply: Exclude<RawReply, { kind: "again" }>): Reply {
    if (reply.kind !== "hopeless") return reply;
    hopeless = reply.why;
    return { kind: "no-response", why: reply.why };
  }
}

const attemptRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}";

type Reply = { kind: "response"; data: unknown } | { kind: "no-response"; why: string };

type RawReply =
  | Reply
  /** Worth another try, after what GitHub asks to wait, where it asks for that. */
  | { kind: "again"; why: string; waitMs: number | undefined }
  /** The same for every other question. */
  | { kind: "hopeless"; why: string };

function answered({ status, data }: { status: number; data: unknown }): RawReply {
  if (status === 200) return { kind: "response", data };
  const why =
    status >= 300
      ? `GitHub redirected the request (HTTP ${status})`
      : `GitHub's response is not about this run (HTTP ${status})`;
  return { kind: "no-response", why };
}

function refused(error: unknown): RawReply {
  const { status, response } = error as { status?: number; response?: { headers: ResponseHeaders } };
  // Without a response @octokit/request gives its own 500.
  if (!response) return { kind: "again", why: "GitHub's API could not be reached", waitMs: undefined };
  if (status === 404) {
    const why = "GitHub does not know this attempt, or github-token cannot read it (HTTP 404)";
    return { kind: "no-response", why };
  }
  if (status === 401) return { kind: "hopeless", why: "GitHub rejected github-token (HTTP 401)" };
  const waitMs = askedToWait(response.headers) ?? (isSecondaryLimit(status, error) ? minute : undefined);
  if (waitMs !== undefined)
    return { kind: "again", why: `GitHub's rate limit is used up (HTTP ${status})`, waitMs };
  if (status === 429 || (status !== undefined && status >= 500)) {
    return { kind: "again", why: `GitHub's API answered HTTP ${status}`, waitMs: undefined };
  }
  return { kind: "no-response", why: `GitHub refused the request (HTTP ${status})` };
}

const minute = 60_000;

/** GitHub's secondary limits may come without a header; then it asks to wait for a minute at least. */
function isSecondaryLimit(status: number | undefined, error: unknown): boolean {
  return (status === 403 || status === 429) && error instanceof Error && /rate limit/i.test(error.message);
}

type ResponseHeaders = Readonly<Record<string, string | number | undefined>>;

/** `retry-after` in seconds, or the reset of a limit that is used up, by the server's own clock. */
function askedToWait(headers: ResponseHeaders): number | undefined {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  if (seconds >= 0) return seconds * 1000;
  if (String(headers["x-ratelimit-remaining"]) !== "0") return undefined;
  const now = parseDate(String(headers.date)) ?? Date.now();
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000;
  return Number.isNaN(reset) ? undefined : Math.max(0, reset - now) + 1000;
}

function stateOf(reply: Reply, run: Run): RunState {
  if (reply.kind === "no-response") return { kind: "unknown", why: reply.why };
  const { id, run_attempt: attempt, status } = (reply.data ?? {}) as Record<string, unknown>;
  if (!isNumber(id, run.runId) || !isNumber(attempt, run.runAttempt))
    return { kind: "unknown", why: "GitHub's response is not about this run" };
  if (status === "completed") return { kind: "finished" };
  if (typeof status !== "string" || !/^[a-z_]{1,30}$/.test(status))
    return { kind: "unknown", why: "GitHub's response has no status for this run" };
  return { kind: "alive", status };
}

/** Octokit reads large numbers as bigint. */
function isNumber(value: unknown, asked: string): boolean {
  return (typeof value === "number" || typeof value === "bigint") && String(value) === asked;
}

const silence = { debug: silent, info: silent, warn: silent, error: silent };

function silent(): void {}
