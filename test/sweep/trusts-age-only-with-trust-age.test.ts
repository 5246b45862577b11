import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test.each([
  ["an empty github-token", { "github-token": "" }],
  ["one of spaces", { "github-token": "  " }],
  ["an empty one and trust-age: false", { "github-token": "", "trust-age": "false" }],
  ["an empty one in a dry run", { "github-token": "", "dry-run": "true" }],
])("%s is refused before anything is sent, with the likeliest cause first", async (_, inputs) => {
  const user = await sweep.action.user();
  const ids = await sweep.leave({ user });
  const step = await sweep.run(user, inputs);
  expect(step).toMatchObject({ conclusion: "failure", requests: [], outputs: {} });
  expect(step.errors).toHaveLength(1);
  expect(step.errors[0]).toMatch(
    /^Nothing was swept.*\nInput github-token is empty.*comes from a secret.*actions: read.*trust-age: true/,
  );
  expect(sweep.github.questions).toEqual([]);
  expect(await sweep.live(user)).toEqual(ids);
});

test.each(["yes", "1", "maybe"])("trust-age: %s is neither true nor false", async (trustAge) => {
  const user = await sweep.action.user();
  const step = await sweep.run(user, { "github-token": "", "trust-age": trustAge });
  expect(step).toMatchObject({ conclusion: "failure", requests: [] });
  expect(step.errors).toEqual([expect.stringContaining("Input trust-age ")]);
});

test("a github-token takes precedence: what GitHub says lives stays, whatever its age", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "in_progress" });
  const ids = await sweep.leave({ user, ageMinutes: 600 });
  const step = await sweep.run(user, { "trust-age": "true" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(step.annotations).toEqual([
    expect.objectContaining({
      level: "notice",
      message: expect.stringMatching(/has no effect.*Remove trust-age/),
    }),
  ]);
  expect(await sweep.live(user)).toEqual(ids);
});

test("with trust-age alone GitHub's address is not needed", async () => {
  const user = await sweep.action.user();
  const ids = await sweep.leave({ user });
  const inputs = { "github-token": "", "trust-age": "true" };
  const step = await sweep.run(user, inputs, { env: { GITHUB_API_URL: "" } });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 1, ids });
  expect(step.log).toContain("age alone decides");
});

test("a github-token that no header can carry is refused", async () => {
  const user = await sweep.action.user();
  const step = await sweep.run(user, { "github-token": "two words" }, { hidden: ["two words"] });
  expect(step).toMatchObject({ conclusion: "failure", requests: [] });
  expect(step.errors).toEqual([expect.stringContaining("Input github-token is not a GitHub token.")]);
});
