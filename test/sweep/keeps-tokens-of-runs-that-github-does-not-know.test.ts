import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();
const why = "GitHub does not know this attempt, or github-token cannot read it (HTTP 404)";

test("404 keeps the tokens, also where the repository can be read, and says so", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 300, status: "completed" });
  const [unknown, hidden, over] = await sweep.leaveNamed(user, [
    nameOf({ runId: "100" }),
    nameOf({ repository: "octo-org/secret", runId: "200" }),
    nameOf({ runId: "300" }),
  ]);
  const step = await sweep.run(user, { repositories: "*" });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 1, kept: 2, failed: 0, ids: [over] });
  expect(await sweep.live(user)).toEqual([unknown, hidden]);
  expect(step.summary).toContain(`kept: ${why}`);
  expect(step.warnings).toEqual([
    `Kept 2 tokens, because GitHub did not confirm that their runs are over: ${why} (2).`,
  ]);
});

test("a server without the route of attempts is asked once about each, and nothing else", async () => {
  const user = await sweep.action.user();
  sweep.github.trouble(({ path }) =>
    path.endsWith("/actions/runs")
      ? {
          kind: "respond",
          status: 200,
          body: { total_count: 1, workflow_runs: [{ id: 1, status: "in_progress" }] },
        }
      : { kind: "respond", status: 404, body: { message: "Not Found" } },
  );
  const kept = await sweep.leaveNamed(
    user,
    Array.from({ length: 30 }, (_, at) => nameOf({ runId: String(1 + at) })),
  );
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", swept: 0, kept: 30 });
  expect(await sweep.live(user)).toEqual(kept);
  const paths = sweep.github.questions.map(({ path }) => path);
  expect(new Set(paths).size).toBe(30);
  expect(paths).toHaveLength(30);
  for (const path of paths) expect(path).toMatch(/\/actions\/runs\/\d+\/attempts\/1$/);
});
