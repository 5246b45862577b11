import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

/** The runner hands on what is given, whether the manifest has it or not. */
test.each([
  ["INPUT_NAME", "shop", "no input name", "Set the input label instead"],
  ["INPUT_OTP", "123456", "no input otp", "Set totp-secret"],
  ["INPUT_API-KEY", "a-key-of-somebody", "no input api-key", "username and password are enough"],
])("%s", async (variable, value, what, remedy) => {
  const { job, ...step } = await action.main({ env: { [variable]: value } });
  expect(step.conclusion).toBe("success");
  const [warning, ...more] = messagesOf(step, "warning");
  expect(warning).toContain(what);
  expect(warning).toContain(remedy);
  expect(more).toEqual([]);
  expect(step.log).not.toContain(value);
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});
