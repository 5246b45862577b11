import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

test("a user with two-factor authentication, and no secret: one request, and what to give", async () => {
  const user = await action.user({ totp: true });
  const step = await action.main({ user, inputs: { "totp-secret": "" } });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toMatch(/has two-factor authentication.*totp-secret/);
  expect(await step.job.requests()).toEqual(["POST /tokens 400"]);
});
