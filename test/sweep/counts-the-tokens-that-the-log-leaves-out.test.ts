import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

/** The log lists a thousand tokens at most. */
test.each([
  [1_001, "1 more token is not shown here; the totals include it."],
  [1_002, "2 more tokens are not shown here; the totals include them."],
])("%d tokens: %s", async (count, words) => {
  const superuser = await sweep.superuser();
  const user = await sweep.action.user({ customer: superuser.customerId });
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leaveNamed(
    user,
    Array.from({ length: count }, () => nameOf({})),
  );
  const inputs = { "customer-id": superuser.customerId, "dry-run": "true" };
  const step = await sweep.run(superuser, inputs);
  expect(outcome(step)).toMatchObject({ conclusion: "success", kept: count });
  expect(step.log.split(/\r?\n/)).toContain(words);
});
