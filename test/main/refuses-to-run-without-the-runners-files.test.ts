import { messagesOf, useAction, without } from "../support/action.ts";

const action = useAction();

test.each([
  ["GITHUB_STATE", {}],
  ["GITHUB_OUTPUT", {}],
  ["GITHUB_ENV", { "export-env": "FASTLY_API_TOKEN" }],
])("without %s a token would be printed: nothing is sent", async (file, inputs) => {
  const step = await action.main({ ...without(file), inputs });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toContain(file);
  expect(await step.job.requests()).toEqual([]);
});

test("GITHUB_ENV matters only to those who export", async () => {
  expect(await action.main(without("GITHUB_ENV"))).toMatchObject({ conclusion: "success" });
});

test("a missing state file is reported, and nothing is sent", async () => {
  const code = encodeURIComponent('process.env.GITHUB_STATE = "/proc/none/at/all"');
  const step = await action.main({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${code}` },
    debug: true,
  });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toContain(
    "The runner's file for state could not be written: it is missing",
  );
  expect(step.log).toMatch(/at .*index\.js/);
  expect(await step.job.requests()).toEqual([]);
});
