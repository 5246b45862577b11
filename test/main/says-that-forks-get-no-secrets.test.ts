import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

test("where the secrets are missing, the job's environment comes first, then the name, then forks", async () => {
  const step = await action.main({ inputs: { username: "", password: "" } });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error")).toEqual([
    expect.stringMatching(/Input username is empty.*\n.*Input password is empty/),
  ]);
  expect(messagesOf(step, "error").join()).toMatch(/environment:.*secret's name.*fork or by Dependabot/);
  expect(await step.job.requests()).toEqual([]);
});

test("post has nothing to do then", async () => {
  const job = await action.job({ inputs: { username: "", password: "" } });
  await job.run("main");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});
