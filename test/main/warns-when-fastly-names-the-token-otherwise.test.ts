import { answerOf, messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test("a name that is not the one asked for would hide a lost token: the job gets its token, and a warning", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { name: "another name" });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const step = await action.main({ user });
  expect(step.conclusion).toBe("success");
  expect(messagesOf(step, "warning")).toEqual([
    expect.stringMatching(/"another name" instead of "fastly-ephemeral-token/),
  ]);
  await step.job.run("post");
  expect(await step.job.alive()).toBe(0);
});
