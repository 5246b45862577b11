import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import { unknownId } from "./tokens.ts";

const action = useAction();

test.each<[string, Record<string, string>, string]>([
  ["an input that is not valid", { timeout: "soon" }, "Input timeout "],
  ["refused credentials", { password: "wrong" }, "Fastly rejected the username or password."],
])("%s: the summary says what the error says, and its headline only once", async (_, changes, words) => {
  const user = await action.user();
  const inputs = { ...credentials(user), "token-ids": unknownId(), ...changes };
  const step = await runCompanion("revoke", action, user, { inputs });
  expect(step).toMatchObject({ conclusion: "failure", errors: [expect.stringContaining(words)] });
  expect(step.summary).toMatch(/^<h4>❌ Nothing was revoked<\/h4><p>/);
  expect(step.summary.match(/Nothing was revoked/g)).toHaveLength(1);
  expect(step.summary).toContain(words);
  const silent = await runCompanion("revoke", action, user, { inputs: { ...inputs, summary: "false" } });
  expect(silent).toMatchObject({ conclusion: "failure", summary: "" });
});
