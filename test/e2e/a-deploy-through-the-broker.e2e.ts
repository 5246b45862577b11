import { configOf, purgeRule } from "../broker/service/world.ts";
import { type RunningBroker, startBroker } from "../support/broker.ts";
import type { AddedUser } from "../support/emulator.ts";
import { type GitHubEmulator, startGitHubEmulator } from "../support/github-oidc.ts";
import { useAct } from "./support/act.ts";

const act = useAct();
let github: GitHubEmulator;
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  [github, user] = await Promise.all([startGitHubEmulator(), act.user()]);
  const grant = { scope: ["purge_all"] };
  const rule = { ...purgeRule(["ci-web"], user.services, { grant }), id: "purge" };
  const world = { fastly: act.emulator, github };
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }], rules: [rule] });
  broker = await startBroker(config, { env });
});
afterAll(async () => {
  await broker.stop();
  await github.stop();
});

/** What a job with `id-token: write` finds on GitHub's runner. */
async function runOn(ref: string) {
  const { requestUrl, requestToken } = await github.registerJob({ ref });
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken };
  const variables = { BROKER: broker.url };
  return act.run("brokered-deploy.yml", { user, withoutSecrets: true, variables, env });
}

test("a job without any secret gets its token, deploys with it, and the token ends with the job", async () => {
  const run = await runOn("refs/heads/main");
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(await act.requests()).toEqual([
    "POST /tokens 200",
    "POST /service/:id/purge_all 200",
    "DELETE /tokens/self 204",
  ]);
});

test("a job on another branch gets none, and reads why", async () => {
  const run = await runOn("refs/heads/feature");
  expect(run.code).not.toBe(0);
  expect(run.tokens).toEqual([]);
  expect(await act.requests()).toEqual([]);
  expect(run.log).toContain("The rule does not allow this job.");
  expect(run.log).toContain('ref is "refs/heads/feature"');
});
