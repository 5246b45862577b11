import { refusals } from "../support/github.ts";
import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a run that GitHub no longer knows counts as finished, in a repository that it can read", async () => {
  const user = await sweep.action.user();
  sweep.github.knowRepository(ownRepository);
  sweep.github.knowRepository("octo-org/blog");
  const ids = await sweep.leaveNamed(user, [
    nameOf({ runId: "100" }),
    nameOf({ runId: "200" }),
    nameOf({ repository: "octo-org/blog", runId: "300" }),
  ]);
  const step = await sweep.run(user, { repositories: "*" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 3, ids });
});

test("one request an attempt, and one more at most for each repository", async () => {
  const user = await sweep.action.user();
  sweep.github.knowRepository("octo-org/blog");
  await sweep.leaveNamed(
    user,
    Array.from({ length: 30 }, (_, at) => nameOf({ repository: "octo-org/blog", runId: String(100 + at) })),
  );
  const step = await sweep.run(user, { repositories: "octo-org/blog" });
  expect(outcome(step)).toMatchObject({ swept: 30 });
  const paths = sweep.github.questions.map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/actions/runs/"))).toHaveLength(30);
  expect(paths.filter((path) => !path.includes("/actions/runs/"))).toEqual([
    "/repos/octo-org/blog/actions/runs",
  ]);
});

test("a repository that github-token cannot read keeps its tokens: GitHub answers 404 for living runs too", async () => {
  const user = await sweep.action.user();
  const kept = await sweep.leaveNamed(user, [nameOf({ repository: "octo-org/secret" })]);
  const step = await sweep.run(user, { repositories: "octo-org/secret" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(await sweep.live(user)).toEqual(kept);
  expect(step.summary).toContain("GitHub does not show this repository to github-token");
});

test("so does the own repository, where the token that was given cannot read it", async () => {
  const user = await sweep.action.user();
  const kept = await sweep.leave({ user });
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ swept: 0, kept: 1 });
  expect(await sweep.live(user)).toEqual(kept);
});

test.each([
  ["an error", refusals.serverError],
  ["a refusal", refusals.notPermitted],
  ["a broken connection", { kind: "cut" }],
] as const)("the question about the repository meets %s: nothing is believed", async (_, trouble) => {
  const user = await sweep.action.user();
  sweep.github.knowRepository("octo-org/blog");
  sweep.github.trouble(({ path }) => (path.endsWith("/actions/runs") ? trouble : undefined));
  const kept = await sweep.leaveNamed(user, [nameOf({ repository: "octo-org/blog" })]);
  const step = await sweep.run(user, { repositories: "*", timeout: "20s" });
  expect(outcome(step)).toMatchObject({ swept: 0, kept: 1 });
  expect(await sweep.live(user)).toEqual(kept);
});
