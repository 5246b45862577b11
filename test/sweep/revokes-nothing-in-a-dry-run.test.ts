import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("reports what it would sweep, and revokes only its own helper", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  sweep.github.know({ repository: ownRepository, runId: 200, status: "in_progress" });
  const [over, living] = await sweep.leave({ user, runId: "100" }, { user, runId: "200" });
  const step = await sweep.run(user, { "dry-run": "true" });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 0, kept: 2, failed: 0, ids: [over] });
  expect(step.requests).toEqual(["POST /tokens 200", "GET /tokens 200", "DELETE /tokens/self 204"]);
  expect(await sweep.live(user)).toEqual([over, living]);
  expect(step.log).toContain("Dry run: would revoke 1 token, kept 1");
  expect(step.summary).toContain("would be revoked: its run is over");
});
