import { useAction, without } from "../support/action.ts";

const action = useAction();

test("a small table: ID, name, scope, services and expiry", async () => {
  const { job, summary, outputs } = await action.main({ inputs: { label: "<b>`|`</b>" } });
  for (const word of ["ID", "Name", "Scope", "Services", "Expires"])
    expect(summary).toContain(`>${word}</td>`);
  for (const value of [outputs["token-id"], outputs.scope, job.user.services[0], outputs["expires-at"]])
    expect(summary).toContain(`<code>${value}</code>`);
  expect(summary).toContain("label=%3Cb%3E%60%7C%60%3C%2Fb%3E");
});

test("a token for every service says so", async () => {
  const { summary } = await action.main({ inputs: { services: "*" } });
  expect(summary).toContain("every service");
});

test("none where it is not wanted", async () => {
  expect(await action.main({ inputs: { summary: "false" } })).toMatchObject({
    conclusion: "success",
    summary: "",
  });
});

test("none where the runner has no file for it", async () => {
  expect(await action.main(without("GITHUB_STEP_SUMMARY"))).toMatchObject({
    conclusion: "success",
    annotations: [],
  });
});

test("one that cannot be written is a warning: the token is none the worse", async () => {
  const step = await action.main({ env: { NODE_OPTIONS: brokenSummary } });
  expect(step.conclusion).toBe("success");
  expect(step.annotations).toEqual([
    expect.objectContaining({
      level: "warning",
      message: expect.stringContaining("summary could not be written"),
    }),
  ]);
});

const brokenSummary = `--import=data:text/javascript,${encodeURIComponent('process.env.GITHUB_STEP_SUMMARY = "/proc/none/at/all"')}`;
