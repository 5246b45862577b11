import { machineClock } from "../support/action.ts";
import type { RunStatus } from "../support/github.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a run that is not completed keeps its tokens, whatever it does", async () => {
  const user = await sweep.action.user();
  const statuses: RunStatus[] = [
    "queued",
    "in_progress",
    "waiting",
    "pending",
    "requested",
    "action_required",
  ];
  const living = await sweep.leave(...statuses.map((_, at) => ({ user, runId: String(100 + at) })));
  statuses.forEach((status, at) => {
    sweep.github.know({ repository: ownRepository, runId: 100 + at, status });
  });
  sweep.github.know({ repository: ownRepository, runId: 200, status: "completed" });
  const over = await sweep.leave({ user, runId: "200" });
  const step = await sweep.run(user);
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 1, kept: 6, failed: 0, ids: over });
  expect(await sweep.live(user)).toEqual(living);
  for (const words of [
    "queued",
    "in progress",
    "waiting for approval",
    "waiting for its turn",
    "about to start",
  ])
    expect(step.summary).toContain(`its run is ${words}`);
  expect(step.summary).not.toContain("_");
});

test("an attempt that lives keeps its tokens, beside one that is over", async () => {
  const user = await sweep.action.user();
  sweep.github.know(
    { repository: ownRepository, runId: 100, attempt: 1, status: "completed", conclusion: "failure" },
    { repository: ownRepository, runId: 100, attempt: 2, status: "in_progress" },
  );
  const [first, second] = await sweep.leave({ user, runAttempt: "1" }, { user, runAttempt: "2" });
  expect(outcome(await sweep.run(user))).toMatchObject({ swept: 1, kept: 1, ids: [first] });
  expect(await sweep.live(user)).toEqual([second]);
});

test("younger tokens stay, and are not asked about", async () => {
  const user = await sweep.action.user();
  for (const runId of [100, 200, 300])
    sweep.github.know({ repository: ownRepository, runId, status: "completed" });
  const [young, old, older] = await sweep.leave(
    { user, runId: "100", ageMinutes: 55 },
    { user, runId: "200", ageMinutes: 65 },
    { user, runId: "300", ageMinutes: 600 },
  );
  const step = await sweep.run(user);
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 2, kept: 1, failed: 0, ids: [old, older] });
  expect(step.summary).toMatch(/kept: only 55 min old/);
  expect(sweep.github.questions).toHaveLength(2);
  expect(outcome(await sweep.run(user, { "older-than": "PT50M" }))).toMatchObject({ ids: [young] });
});

test("a token of the future is young", async () => {
  const user = await sweep.action.user();
  const ids = await sweep.leave({ user, ageMinutes: -30 });
  const step = await sweep.run(user, { "older-than": "0s", "github-token": "", "trust-age": "true" });
  expect(outcome(step)).toMatchObject({ swept: 0, kept: 1 });
  expect(await sweep.live(user)).toEqual(ids);
});

test("without a github-token age alone decides, and GitHub is not asked", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "in_progress" });
  const [old, young] = await sweep.leave({ user, ageMinutes: 61 }, { user, ageMinutes: 59 });
  const step = await sweep.run(user, { "github-token": "", "trust-age": "true" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 1, kept: 1, ids: [old] });
  expect(await sweep.live(user)).toEqual([young]);
  expect(sweep.github.questions).toEqual([]);
});

test.each([
  ["GitHub says that it is in progress", {}],
  ["age alone decides", { "github-token": "", "trust-age": "true" }],
])("the run that sweeps keeps its own tokens: %s", async (_, inputs) => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 4711, attempt: 2, status: "in_progress" });
  sweep.github.know({ repository: ownRepository, runId: 4711, attempt: 1, status: "completed" });
  const [own, earlier] = await sweep.leave(
    { user, runId: "4711", runAttempt: "2", ageMinutes: 600 },
    { user, runId: "4711", runAttempt: "1", ageMinutes: 600 },
  );
  const step = await sweep.run(user, inputs, { runId: "4711", attempt: "2" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 1, kept: 1, ids: [earlier] });
  expect(await sweep.live(user)).toEqual([own]);
});

test("ages are by Fastly's clock, however far off the machine's is", async () => {
  const user = await sweep.action.user();
  const threeHours = 3 * 3_600_000;
  await sweep.action.emulator.settings({ clockOffsetMs: -threeHours });
  try {
    // By this machine's clock the first is 200 minutes old, and by Fastly's 20.
    const [young, old] = await sweep.leave({ user, ageMinutes: 200 }, { user, ageMinutes: 300 });
    const step = await sweep.run(user, { "github-token": "", "trust-age": "true" });
    expect(outcome(step)).toMatchObject({ conclusion: "success", ids: [old] });
    expect(await sweep.live(user)).toEqual([young]);
  } finally {
    await sweep.action.emulator.settings({ clockOffsetMs: 0 });
  }
});

test("ages go by Fastly's clock, also with an api-key and on a machine whose clock is two hours ahead", async () => {
  const user = await sweep.action.user();
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, scope: "global" }]);
  const [id] = await sweep.leave({ user, ageMinutes: 5 });
  const apiKey = key?.access_token ?? "";
  const inputs = { "api-key": apiKey, "github-token": "", "trust-age": "true" };
  const step = await sweep.run(user, inputs, {
    hidden: [apiKey],
    env: machineClock(2 * 3_600_000),
  });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(await sweep.live(user)).toContain(id);
});
