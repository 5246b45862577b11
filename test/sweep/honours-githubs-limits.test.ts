import { overLimit, overSecondaryLimit, refusals, type Trouble } from "../support/github.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test.each<[string, () => Trouble, number]>([
  ["403 of the secondary limit, with retry-after", () => overSecondaryLimit(1), 1000],
  ["429 of the secondary limit, with retry-after", () => overSecondaryLimit(1, 429), 1000],
  ["403 of the hourly limit, with its reset", () => overLimit(new Date(Date.now() + 1_000)), 1000],
  ["429 of the hourly limit, with its reset", () => overLimit(new Date(Date.now() + 1_000), 429), 1000],
])("%s: asks again once the wait is over, and not before", async (_, trouble, leastMs) => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const times: number[] = [];
  sweep.github.trouble(({ n }) => {
    times.push(performance.now());
    return n === 1 ? trouble() : undefined;
  });
  const ids = await sweep.leave({ user });
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", ids });
  const [first = 0, second = 0, ...more] = times;
  expect(more).toEqual([]);
  // Timers of Node may be early by a millisecond or two.
  expect(second - first).toBeGreaterThanOrEqual(leastMs - 10);
});

test.each<[string, () => Trouble]>([
  ["the hourly limit", () => overLimit(new Date(Date.now() + 3_600_000))],
  ["the hourly limit, as 429", () => overLimit(new Date(Date.now() + 3_600_000), 429)],
  ["the secondary limit", () => overSecondaryLimit(3600)],
  ["the secondary limit, as 429", () => overSecondaryLimit(3600, 429)],
  ["a token that GitHub does not know", () => refusals.badCredentials],
])("%s lasts beyond the deadline: GitHub is left in peace", async (_, trouble) => {
  const user = await sweep.action.user();
  sweep.github.trouble(trouble);
  const kept = await sweep.leave(...Array.from({ length: 90 }, (_, at) => ({ user, runId: String(1 + at) })));
  const step = await sweep.run(user, { timeout: "10s" });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 0, kept: 90, failed: 0, ids: [] });
  expect(await sweep.live(user)).toEqual(kept);
  // What was under way side by side with the first refusal cannot be called back.
  expect(sweep.github.questions.length).toBeLessThan(30);
});

test("what GitHub answered before its limit was reached is swept; the rest is kept", async () => {
  const user = await sweep.action.user();
  for (let runId = 1; runId <= 90; runId++)
    sweep.github.know({ repository: ownRepository, runId, status: "completed" });
  sweep.github.limit(40, new Date(Date.now() + 3_600_000));
  await sweep.leave(...Array.from({ length: 90 }, (_, at) => ({ user, runId: String(1 + at) })));
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 40, kept: 50, failed: 0 });
  expect(await sweep.live(user)).toHaveLength(50);
});
