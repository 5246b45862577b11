import { useAction, without } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

/** Refused before anything is sent. */
const refused = { "expires-in": "7d" };

test("none for a token that was created: post says what became of it", async () => {
  expect(await action.main()).toMatchObject({ conclusion: "success", summary: "" });
});

test("inputs that are not valid: each with its remedy", async () => {
  const step = await action.main({ inputs: { ...refused, scope: "purge-all" } });
  expect(step.conclusion).toBe("failure");
  expect(step.summary).toMatch(/^<h4>❌ No Fastly token was requested<\/h4><p>The inputs are not valid:/);
  for (const word of ["Input expires-in", "Input scope", "purge_all"]) expect(step.summary).toContain(word);
});

test("a refusal by Fastly, with nothing of its text taken for markup", async () => {
  await action.emulator.inject("POST /tokens", respond(400, { msg: "<img src=x>\n\n# a | `b` &lt;" }));
  const { conclusion, summary } = await action.main();
  expect(conclusion).toBe("failure");
  expect(summary).toMatch(/^<h4>❌ This job got no Fastly token<\/h4><p>Fastly refused the request\./);
  expect(summary.match(/<[a-z/0-9]+/g)).toEqual(["<h4", "</h4", "<p", "</p"]);
  expect(summary.trim()).not.toMatch(/[\n|`]/);
});

test("none where it is not wanted", async () => {
  const step = await action.main({ inputs: { ...refused, summary: "false" } });
  expect(step).toMatchObject({ conclusion: "failure", summary: "" });
});

test("none where the runner has no file for it", async () => {
  const step = await action.main({ ...without("GITHUB_STEP_SUMMARY"), inputs: refused });
  expect(step.annotations).toHaveLength(1);
});

test("one that cannot be written is a warning beside the error", async () => {
  const step = await action.main({ env: { NODE_OPTIONS: brokenSummary }, inputs: refused });
  expect(step.annotations).toEqual([
    expect.objectContaining({ level: "error" }),
    expect.objectContaining({
      level: "warning",
      message: expect.stringContaining("summary could not be written"),
    }),
  ]);
});

const brokenSummary = `--import=data:text/javascript,${encodeURIComponent('process.env.GITHUB_STEP_SUMMARY = "/proc/none/at/all"')}`;
