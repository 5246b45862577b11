import { type GitHubEmulator, startGitHubEmulator } from "../support/github-oidc.ts";

let github: GitHubEmulator;
beforeAll(async () => {
  github = await startGitHubEmulator();
});
afterAll(() => github.stop());

async function ask(path: string, token = github.githubToken): Promise<{ status: number; body: unknown }> {
  const response = await fetch(github.url + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

test.each(["", "/api/v3"])(
  "below '%s' the run of a registered job is in progress until it is set to completed",
  async (prefix) => {
    const { claims } = await github.registerJob({ repository: "octo-org/site", runAttempt: "2" });
    const path = `${prefix}/repos/octo-org/site/actions/runs/${claims.run_id}/attempts/2`;
    const run = { id: Number(claims.run_id), run_attempt: 2 };
    expect(await ask(path)).toMatchObject({
      status: 200,
      body: { ...run, status: "in_progress", conclusion: null },
    });
    await github.knowRuns({
      repository: "octo-org/site",
      runId: claims.run_id ?? "",
      attempt: 2,
      status: "completed",
      conclusion: "failure",
    });
    expect(await ask(path)).toMatchObject({ body: { ...run, status: "completed", conclusion: "failure" } });
  },
);

test("another attempt is not found, and a request without a token learns nothing", async () => {
  const { claims } = await github.registerJob();
  const path = `/repos/octo-org/shop/actions/runs/${claims.run_id}/attempts`;
  expect((await ask(`${path}/2`)).status).toBe(404);
  expect((await ask(`${path}/1`, "another")).status).toBe(401);
});
