import { withoutTimersFrom } from "../support/action.ts";
import { overLimit, overSecondaryLimit, refusals, runBody, type Trouble } from "../support/github.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();
const inAnHour = new Date(Date.now() + 3_600_000);
const answer = (status: number, body: string | object, headers = {}): Trouble => ({
  kind: "respond",
  status,
  body,
  headers,
});
const over = runBody({ repository: ownRepository, runId: 100, status: "completed" });

// Each is met by every question about run 100; run 200 is over, and GitHub says so.
const troubles: [string, Trouble][] = [
  ["401", refusals.badCredentials],
  ["403, not permitted", refusals.notPermitted],
  ["403, over the limit", overLimit(inAnHour)],
  ["429, over the limit", overLimit(inAnHour, 429)],
  ["403, over the secondary limit", overSecondaryLimit(3600)],
  ["429, over the secondary limit", overSecondaryLimit(3600, 429)],
  ["500", refusals.serverError],
  ["502 with HTML", refusals.badGateway],
  ["503, empty", answer(503, "")],
  ["410", answer(410, { message: "Gone" })],
  ["451", answer(451, { message: "Repository access blocked" })],
  ["a cut connection", { kind: "cut" }],
  ["no answer", { kind: "stall" }],
  ["200, empty", answer(200, "")],
  ["204", answer(204, "")],
  ["200 with HTML", answer(200, "<html>completed</html>", { "content-type": "text/html" })],
  ["200 that is no JSON", answer(200, '{"status":"completed"')],
  ["200 without a status", answer(200, { id: 100, conclusion: "success" })],
  ["200 with a status that is null", answer(200, { ...over, status: null })],
  ["200 with a status that is a list", answer(200, { ...over, status: ["completed"] })],
  ["200 with an unknown status", answer(200, { ...over, status: "Completed?" })],
  ["200 with a status in capitals", answer(200, { ...over, status: "COMPLETED" })],
  ["200 without an ID", answer(200, { ...over, id: undefined })],
  ["200 with an ID that is null", answer(200, { ...over, id: null })],
  ["200 without an attempt", answer(200, { ...over, run_attempt: undefined })],
  ["200 with nothing but a status", answer(200, { status: "completed" })],
  ["200 with a list of runs", answer(200, { total_count: 1, workflow_runs: [over] })],
  ["200 with a list", answer(200, [over])],
  ["200 with an ID like it", answer(200, { ...over, id: 1001 })],
  [
    "200 with a login page",
    answer(200, "<!DOCTYPE html><form>", { "content-type": "text/html; charset=utf-8" }),
  ],
  ["200 of a type that is none", answer(200, over, { "content-type": "application/;json" })],
  ["200 of bytes", answer(200, over, { "content-type": "application/octet-stream" })],
  ["202", answer(202, over)],
  ["203", answer(203, over)],
  ["300", answer(300, over)],
  ["304", answer(304, "")],
  ["404", answer(404, { message: "Not Found", status: "completed" })],
  ["200 about another run", answer(200, { ...over, id: 999 })],
  ["200 about another attempt", answer(200, { ...over, run_attempt: 7 })],
  ["a redirect to nowhere", answer(302, "", { location: "http://127.0.0.1:9/nowhere" })],
];

test.each(troubles)("%s: kept, and the other run is swept all the same", async (_, trouble) => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "in_progress" });
  sweep.github.know({ repository: ownRepository, runId: 200, status: "completed" });
  sweep.github.trouble(({ path }) => (path.includes("/runs/100/") ? trouble : undefined));
  const [doubtful, finished] = await sweep.leave({ user, runId: "100" }, { user, runId: "200" });
  const step = await sweep.run(user, trouble.kind === "stall" ? { timeout: "20s" } : {});
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 1, kept: 1, failed: 0, ids: [finished] });
  expect(await sweep.live(user)).toEqual([doubtful]);
  expect(step.log).not.toMatch(/unexpected/i);
});

test("GitHub that never answers: everything is kept, and the step and its helper end in time", async () => {
  const user = await sweep.action.user();
  sweep.github.trouble(() => ({ kind: "stall" }));
  await sweep.action.emulator.settings({ tokenLimit: 2000 });
  try {
    const kept = await sweep.leave(
      ...Array.from({ length: 600 }, (_, at) => ({ user, runId: String(1 + at) })),
    );
    // Only the step's own time-out ends its wait.
    const step = await sweep.run(user, { timeout: "20s" }, { env: withoutTimersFrom(21_000) });
    expect(outcome(step)).toEqual({ conclusion: "success", swept: 0, kept: 600, failed: 0, ids: [] });
    expect(await sweep.live(user)).toEqual(kept);
  } finally {
    await sweep.action.emulator.settings({ tokenLimit: 100 });
  }
});

test("a GitHub that cannot be reached is reported as that", async () => {
  const user = await sweep.action.user();
  const kept = await sweep.leave({ user });
  const step = await sweep.run(user, {}, { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(step.summary).toContain("kept: GitHub&#39;s API could not be reached");
  expect(await sweep.live(user)).toEqual(kept);
});

test("trouble that passes is got over", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  sweep.github.trouble(({ n }) => (n === 1 ? refusals.badGateway : undefined));
  const ids = await sweep.leave({ user });
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", ids });
  expect(sweep.github.questions).toHaveLength(2);
});
