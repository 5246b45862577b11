import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectNoCoverage } from "../support/runner/job-env.ts";
import { startJob } from "../support/runner.ts";
import { runMain } from "./any-action.ts";

const printEnv = "console.log(JSON.stringify(process.env))";

async function environmentOf(
  ...options: Parameters<typeof runMain> extends [string, ...infer Rest] ? Rest : never
) {
  return JSON.parse((await runMain(printEnv, ...options)).stdout);
}

test("an input that is not given has its default, or is empty", async () => {
  const env = await environmentOf();
  expect(env).toMatchObject({
    "INPUT_WITH-DEFAULT": "from the manifest",
    "INPUT_DEFAULT-OF-ANOTHER-TYPE": "5",
    "INPUT_WITHOUT-DEFAULT": "",
    INPUT_TWO_WORDS: "",
  });
});

test("an input that is given comes before its default, even when it is empty", async () => {
  const env = await environmentOf({ inputs: { "with-default": "", "two words": "given" } });
  expect(env).toMatchObject({ "INPUT_WITH-DEFAULT": "", INPUT_TWO_WORDS: "given" });
});

test("the job's own token is a default, and masked", async () => {
  const code = `console.log(process.env["INPUT_GITHUB-TOKEN"])`;
  expect(await runMain(code, { githubToken: "ghs_1" })).toMatchObject({ stdout: "ghs_1\n", log: "***" });
  expect(await runMain(code)).toMatchObject({ stdout: "\n" });
});

test("an input that the manifest does not declare is refused", async () => {
  await expect(runMain("", { inputs: { tokn: "x" } })).rejects.toThrow("The action has no input 'tokn'.");
});

test("a step knows its run, and nothing of this process's environment", async () => {
  process.env.OF_THIS_PROCESS = "yes";
  const env = await environmentOf({
    env: { HTTPS_PROXY: "http://127.0.0.1:1" },
    repository: "octo-org/blog",
    runId: "11",
    attempt: "2",
    jobId: "publish",
  });
  expect(env).toMatchObject({
    HTTPS_PROXY: "http://127.0.0.1:1",
    GITHUB_REPOSITORY: "octo-org/blog",
    GITHUB_REPOSITORY_OWNER: "octo-org",
    GITHUB_RUN_ID: "11",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_JOB: "publish",
  });
  expect(env).not.toHaveProperty("OF_THIS_PROCESS");
  expect(env).not.toHaveProperty("RUNNER_DEBUG");
});

test("a step collects coverage where the test command asks for it, unless its test file declines", async () => {
  process.env.STEP_COVERAGE_DIR = mkdtempSync(join(tmpdir(), "coverage-"));
  const env = await environmentOf();
  expect(env).toMatchObject({ NODE_V8_COVERAGE: process.env.STEP_COVERAGE_DIR });
  rmSync(env.NODE_V8_COVERAGE, { recursive: true });
  collectNoCoverage();
  expect(await environmentOf()).not.toHaveProperty("NODE_V8_COVERAGE");
});

test("a step that the action does not have is refused", async () => {
  const job = await startJob({ action: "test/fixtures/empty-action/action.yml" });
  await expect(job.run("post")).rejects.toThrow("The action has no post.");
  await job.end();
});
