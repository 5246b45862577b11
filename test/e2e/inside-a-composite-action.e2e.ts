import { useAct } from "./support/act.ts";

const act = useAct();

test("a token made inside a composite action serves the rest of the job, and ends with it", async () => {
  const user = await act.user();
  const run = await act.run("composite.yml", { user });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(await act.requests()).toEqual([
    "POST /tokens 200",
    "POST /service/:id/purge_all 200",
    "POST /service/:id/purge_all 200",
    "DELETE /tokens/self 204",
  ]);
});
