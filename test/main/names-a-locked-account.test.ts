import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

test("a locked account is named as such, with what to do, after one request in main and post together", async () => {
  const user = await action.user();
  await action.emulator.settings({ lockAfter: 1 });
  await action.main({ user, inputs: { password: "wrong password" } });
  const job = await action.job({ user });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toMatch(/locked this user's account.*Reset the password/);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual(["POST /tokens 400"]);
});
