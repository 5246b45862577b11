import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export type JobContext = {
  repository?: string;
  runId?: string;
  attempt?: string;
  jobId?: string;
  debug?: boolean;
};

/**
 * For a test file that plays the same paths again and again: its steps leave coverage to the other files' steps.
 * Collecting takes a fifth of a step's processor time.
 */
export function collectNoCoverage(): void {
  delete process.env.STEP_COVERAGE_DIR;
}

/** Makes a job's directories and answers the environment that each of its steps starts with. */
export async function prepareJob(directory: string, context: JobContext): Promise<Record<string, string>> {
  const inside = (name: string) => join(directory, name);
  for (const name of ["home", "temp", "tools", "workspace", "files"]) await mkdir(inside(name));
  await writeFile(inside("event.json"), "{}");
  const repository = context.repository ?? "octo-org/shop";
  // Coverage is collected from real steps where the test command asks for it, and nowhere else.
  const coverage = process.env.STEP_COVERAGE_DIR;
  return {
    // Nothing else of this process's environment reaches a step.
    PATH: process.env.PATH ?? "",
    HOME: inside("home"),
    TMPDIR: inside("temp"),
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: "fastly-token",
    GITHUB_ACTOR: "octocat",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_EVENT_NAME: "push",
    GITHUB_EVENT_PATH: inside("event.json"),
    GITHUB_GRAPHQL_URL: "https://api.github.com/graphql",
    GITHUB_JOB: context.jobId ?? "deploy",
    GITHUB_REF: "refs/heads/main",
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.replace(/\/.*$/u, ""),
    GITHUB_RUN_ATTEMPT: context.attempt ?? "1",
    GITHUB_RUN_ID: context.runId ?? "7654321098",
    GITHUB_RUN_NUMBER: "42",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_SHA: "0".repeat(40),
    GITHUB_WORKFLOW: "Deploy",
    GITHUB_WORKSPACE: inside("workspace"),
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_NAME: "runner",
    RUNNER_OS: "Linux",
    RUNNER_TEMP: inside("temp"),
    RUNNER_TOOL_CACHE: inside("tools"),
    ...(context.debug ? { RUNNER_DEBUG: "1" } : {}),
    ...(coverage === undefined ? {} : { NODE_V8_COVERAGE: resolve(coverage) }),
  };
}
