import { ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a line for each token, what a person may have to act on first, in a group that ends before the totals", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  sweep.github.know({ repository: ownRepository, runId: 200, attempt: 2, status: "in_progress" });
  const [over, alive] = await sweep.leave({ user }, { user, runId: "200", runAttempt: "2", job: "purge" });
  const { log, annotations } = await sweep.run(user);
  expect(annotations).toEqual([]);
  expect(log.split("\n").slice(-5)).toEqual([
    "##[group]What the sweep found",
    `${over} (deploy of ${ownRepository}, run 100, 2 h old): revoked: its run is over`,
    `${alive} (purge of ${ownRepository}, run 200, attempt 2, 2 h old): kept: its run is in progress`,
    "##[endgroup]",
    "Revoked 1 token, kept 1.",
  ]);
});

test("no group where nothing was found", async () => {
  const { log } = await sweep.run(await sweep.action.user());
  expect(log).not.toContain("##[");
  expect(log).toContain("Revoked 0 tokens, kept 0.");
});

test("a warning and an error stand outside of the group", async () => {
  const user = await sweep.action.user();
  await sweep.leave({ user, runId: "300" });
  const { log, annotations } = await sweep.run(user);
  expect(annotations).toHaveLength(1);
  expect(log).toMatch(/##\[endgroup\]\n##\[warning\]Kept 1 token, because GitHub did not confirm/);
});
