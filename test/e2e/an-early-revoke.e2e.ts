import { useAct } from "./support/act.ts";

const act = useAct();

test("a token revoked early is dead for the rest of the job, and post is calm about it", async () => {
  const user = await act.user();
  const run = await act.run("early-revoke.yml", { user });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(run.log).toContain("Revoked early: 1");
  expect(run.log).toMatch(/Fastly token \w+ is already gone: it was revoked earlier\./);
  const requests = await act.requests();
  expect(requests.slice(0, 6)).toEqual([
    "POST /tokens 200",
    "POST /service/:id/purge_all 200",
    "DELETE /tokens/self 204",
    "POST /service/:id/purge_all 401",
    // Asked twice: one answer alone may come from a place that does not know the token yet.
    "DELETE /tokens/self 401",
    "DELETE /tokens/self 401",
  ]);
  // And once more where the token is some seconds old.
  expect(["DELETE /tokens/self 401", undefined]).toContain(requests[6]);
  expect(requests.length).toBeLessThanOrEqual(7);
});

test("a token that its own job keeps is revoked by its ID from another job", async () => {
  const user = await act.user();
  const run = await act.run("revoke-from-another-job.yml", { user });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(run.log).toContain("because revoke is false");
  expect(run.log).toContain("Revoked from here = 1");
});
