import { useAct } from "./support/act.ts";

const act = useAct();

test("each of two tokens in a job reaches its own service, and each ends with the job", async () => {
  const user = await act.user();
  const run = await act.run("two-tokens.yml", { user });
  expect(run.code).toBe(0);
  expect(new Set(run.tokens).size).toBe(2);
  expect(await act.requests()).toEqual([
    "POST /tokens 200",
    "POST /tokens 200",
    "POST /service/:id/purge_all 200",
    "POST /service/:id/purge_all 200",
    "POST /service/:id/purge_all 403",
    "DELETE /tokens/self 204",
    "DELETE /tokens/self 204",
  ]);
});
