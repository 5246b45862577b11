import { examples } from "../docs/workflows.ts";
import { nameOf } from "../sweep/sweep.ts";
import { useAct } from "./support/act.ts";
import { useRecipes } from "./support/recipe-world.ts";

const act = useAct();
const recipes = useRecipes(act);

const deployment = "PUT /service/:id/version/:version/activate 200";
const purge = "POST /service/:id/purge_all 200";
const push = "push";
const byHand = "workflow_dispatch";
const pullRequest = "pull_request";
// After a forced push.
const unknownCommit = "0".repeat(40);

type Played = { path: string; event: string; before?: string; jobs?: number; work?: string };

const played: Played[] = [
  { path: "examples/recipes/deploy.yml", event: push, work: deployment },
  { path: "examples/recipes/deploy-with-a-password.yml", event: push, work: deployment },
  { path: "examples/recipes/purge-after-deploy.yml", event: push },
  { path: "examples/recipes/terraform.yml", event: pullRequest, work: "GET /tokens/self 200" },
  { path: "examples/recipes/terraform.yml", event: push },
  { path: "examples/reusable/deploy-caller.yml", event: push, work: deployment },
  { path: "examples/recipes/monorepo.yml", event: push, work: deployment },
  { path: "examples/recipes/monorepo.yml", event: push, before: unknownCommit, jobs: 2, work: deployment },
  { path: "examples/recipes/matrix.yml", event: byHand, jobs: 2 },
  { path: "examples/recipes/preview.yml", event: pullRequest, work: deployment },
  { path: "examples/reusable/purge-caller.yml", event: push, work: "POST /service/:id/purge 200" },
  { path: "examples/recipes/aws-secrets-manager.yml", event: push },
  { path: "examples/recipes/google-secret-manager.yml", event: push },
  { path: "examples/recipes/revoke-early.yml", event: byHand },
];

const playedBelow = ["two-factor", "revoke-from-another-job", "sweep"];

test("every recipe is played here, and the shared workflows by their callers", () => {
  const paths = [
    ...played.map(({ path }) => path),
    ...playedBelow.map((name) => `examples/recipes/${name}.yml`),
  ];
  const callable = examples.filter(({ workflow }) => JSON.stringify(workflow.on).includes("workflow_call"));
  expect(callable).toHaveLength(2);
  const own = examples.filter((example) => !callable.includes(example));
  expect([...new Set(paths)].sort()).toEqual(own.map(({ path }) => path));
});

test.each(played)("$path by $event: its jobs work with their tokens, and leave none", async (recipe) => {
  const { path, jobs = 1, work = purge, ...options } = recipe;
  const { code, log, tokens } = await recipes.play(path, options);
  expect({ code, failed: log.match(/^.*(?:❌|::error|❗).*$/gm) }).toEqual({ code: 0, failed: null });
  const requests = await act.requests();
  const count = (line: string) => requests.filter((request) => request === line).length;
  expect(new Set(tokens).size).toBe(jobs);
  expect(["POST /tokens 200", work, "DELETE /tokens/self 204"].map(count)).toEqual([jobs, jobs, jobs]);
});

test.each(["examples/recipes/preview.yml", "examples/recipes/terraform.yml"])(
  "%s: a pull request of a fork gets no token",
  async (path) => {
    const { code } = await recipes.play(path, { event: pullRequest, head: "somebody/shop" });
    expect(code).toBe(0);
    expect(await act.requests()).toEqual([]);
  },
);

test("examples/recipes/two-factor.yml: two jobs take one code each", async () => {
  const user = await recipes.addUser({ totp: true });
  const secrets = { FASTLY_TOTP_SECRET: user.totpSecret ?? "" };
  const { code } = await recipes.play("examples/recipes/two-factor.yml", { event: byHand, user, secrets });
  expect(code).toBe(0);
  const requests = await act.requests();
  for (const request of ["POST /tokens 200", purge, "DELETE /tokens/self 204"])
    expect(requests.filter((one) => one === request)).toHaveLength(2);
});

test("examples/recipes/revoke-from-another-job.yml: the last job revokes what a deployer outside GitHub works with", async () => {
  const run = await recipes.play("examples/recipes/revoke-from-another-job.yml", { event: byHand });
  expect(run.code).toBe(0);
  const id = /POST \/start\/(\d+)/.exec(recipes.deployerRequests.join("\n"))?.[1];
  expect(recipes.deployerRequests).toEqual([`POST /start/${id}`, `GET /done/${id}`]);
  expect(run.log).toContain("because revoke is false");
  expect(run.tokens).toHaveLength(1);
});

test("examples/recipes/sweep.yml: sweeps what a run left that is over", async () => {
  const name = nameOf({ repository: "octo-org/shop", runId: "100" });
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await act.emulator.addTokens([
    { name, user: recipes.user.userId, created_at: inHours(-3), expires_at: inHours(20) },
  ]);
  await recipes.github.knowRuns({ repository: "octo-org/shop", runId: "100", status: "completed" });
  const { code, log } = await recipes.play("examples/recipes/sweep.yml", {
    event: byHand,
    env: { GITHUB_API_URL: recipes.github.url },
    secrets: { GITHUB_TOKEN: recipes.github.githubToken },
  });
  expect(code).toBe(0);
  expect(log).toContain("Swept 1 of the tokens that jobs left behind.");
});
