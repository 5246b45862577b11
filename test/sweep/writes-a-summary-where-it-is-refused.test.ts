import { respond } from "../support/faults.ts";
import { useSweep } from "./sweep.ts";

const sweep = useSweep();

test.each<[string, Record<string, string>, string]>([
  ["an input that is not valid", { "older-than": "soon" }, "Input older-than "],
  ["refused credentials", { password: "wrong" }, "Fastly rejected the username or password."],
])("%s: the summary says what the error says, and its headline only once", async (_, inputs, words) => {
  const user = await sweep.action.user();
  const step = await sweep.run(user, inputs);
  expect(step).toMatchObject({ conclusion: "failure", errors: [expect.stringContaining(words)] });
  expect(step.summary).toMatch(/^<h4>❌ Nothing was swept<\/h4><p>/);
  expect(step.summary.match(/Nothing was swept/g)).toHaveLength(1);
  expect(step.summary).toContain(words);
  expect(await sweep.run(user, { ...inputs, summary: "false" })).toMatchObject({ summary: "" });
});

test("a list that Fastly does not give", async () => {
  const user = await sweep.action.user();
  await sweep.action.emulator.inject("GET /tokens", respond(403, { msg: "<b>no</b>" }), { times: "always" });
  const { summary, outputs } = await sweep.run(user);
  expect(summary).toMatch(/^<h4>❌ Nothing was swept<\/h4><p>.*&lt;b&gt;no&lt;\/b&gt;/);
  expect(outputs).toEqual({});
});
