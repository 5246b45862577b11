import { useAct } from "./support/act.ts";

const act = useAct();

test("post revokes after a deploy step that failed", async () => {
  const user = await act.user();
  const run = await act.run("failing-deploy.yml", { user });
  expect(run.code).toBe(1);
  expect(run.tokens).toHaveLength(1);
  expect(run.log).not.toContain("This step must not run.");
  expect(await act.requests()).toEqual([
    "POST /tokens 200",
    "POST /service/:id/purge_all 403",
    "DELETE /tokens/self 204",
  ]);
});
