import { getOctokit } from "@actions/github";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Deadline } from "../fastly/index.ts";
import type { Run, RunState } from "../lifecycle/sweep-tokens.ts";

export interface GitHubOptions {
  token: string;
  /** Where GitHub's API is, such as `https://api.github.com`. */
  apiUrl: string;
  /** The repository that the token comes from, which it can always read. */
  ownRepository: string;
  deadline: Deadline;
}

const retriesOfServerErrors = 2;

/**
 * Asks GitHub whether an attempt of a run is over. Whatever leaves a doubt is `unknown`, so that trouble of
 * GitHub's never makes a living run look finished.
 *
 * Source: GitHub's REST API, "Get a workflow run attempt"; its pages on rate limits.
 */
export function askGitHub(options: GitHubOptions): (run: Run) => Promise<RunState> {
  const octokit = connect(options);
  const readable = new Map<string, Promise<boolean>>();

  return async ({ repository, runId, runAttempt }) => {
    const [owner = "", repo = ""] = repository.split("/");
    try {
      const { data } = await octokit.rest.actions.getWorkflowRunAttempt({
        owner,
        repo,
        run_id: Number(runId),
        attempt_number: Number(runAttempt),
        exclude_pull_requests: true,
      });
      if (typeof data.status !== "string") return { kind: "unknown", why: "GitHub's answer has no status" };
      return data.status === "completed" ? { kind: "finished" } : { kind: "alive", status: data.status };
    } catch (error) {
      const status = statusOf(error);
      if (status !== 404) return { kind: "unknown", why: whyUnknown(status) };
      // GitHub also answers 404 for what the token may not see: only in a repository that it can read is the run gone.
      if (await canRead(owner, repo)) return { kind: "finished" };
      return { kind: "unknown", why: "github-token cannot read this repository" };
    }
  };

  function canRead(owner: string, repo: string): Promise<boolean> {
    const repository = `${owner}/${repo}`.toLowerCase();
    if (repository === options.ownRepository.toLowerCase()) return Promise.resolve(true);
    const asked = readable.get(repository) ?? octokit.rest.repos.get({ owner, repo }).then(yes, no);
    readable.set(repository, asked);
    return asked;
  }
}

const yes = () => true;
const no = () => false;

function connect({ token, apiUrl, deadline }: GitHubOptions): ReturnType<typeof getOctokit> {
  const fits = (retryAfter: number) => retryAfter * 1000 < deadline.remaining();
  return getOctokit(
    token,
    {
      baseUrl: apiUrl,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      request: { retries: retriesOfServerErrors, signal: AbortSignal.timeout(deadline.remaining()) },
      throttle: { onRateLimit: fits, onSecondaryRateLimit: fits },
    },
    retry,
    throttling,
  );
}

function silent(): void {}

function statusOf(error: unknown): number | undefined {
  const { status } = error as { status?: unknown };
  return typeof status === "number" ? status : undefined;
}

function whyUnknown(status: number | undefined): string {
  if (status === undefined) return "GitHub's API could not be reached";
  if (status === 401) return "GitHub does not know github-token (HTTP 401)";
  if (status === 403 || status === 429) return `GitHub refused or throttled the question (HTTP ${status})`;
  return `GitHub's API answered HTTP ${status}`;
}
