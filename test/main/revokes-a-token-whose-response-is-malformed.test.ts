import { answerOf, messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test.each([
  ["id", undefined],
  ["id", "../self"],
  ["scope", 7],
  ["created_at", "yesterday"],
  ["name", ["x"]],
])("%s is %j: the token is revoked at once, and the step fails naming the field", async (field, value) => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { [field]: value });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const step = await action.main({ user });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toMatch(
    new RegExp(`It was revoked immediately\\..*field ${field} `),
  );
  expect(step.outputs).toEqual({});
  expect(await step.job.alive()).toBe(0);
  expect(step.masks).toContain(answer.access_token);
});

test("a token that was gone already by then is gone", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { id: "" });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  await action.emulator.inject("DELETE /tokens/self", respond(401, { msg: "no" }), { times: "always" });
  const step = await action.main({ user });
  expect(messagesOf(step, "error").join()).toContain("It is already gone.");
});
