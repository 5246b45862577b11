import { parseTokenName } from "../../src/token/token-name.ts";
import { useAct } from "./support/act.ts";

const act = useAct();

test("a job deploys with its token, and the token ends with the job", async () => {
  const user = await act.user();
  const run = await act.run("plain-deploy.yml", { user });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(await act.requests()).toEqual([
    "POST /tokens 200",
    "POST /service/:id/purge_all 200",
    "DELETE /tokens/self 204",
  ]);
  const [token] = (await act.emulator.tokens()).filter(({ user_id }) => user_id === user.userId);
  expect(parseTokenName(token?.name ?? "")).toMatchObject({
    repository: "octo-org/shop",
    runId: "7654321001",
    job: "deploy",
    use: "job",
    label: "plain deploy",
  });
  expect(run.log).toContain(`Revoked Fastly token ${token?.id}.`);
});
