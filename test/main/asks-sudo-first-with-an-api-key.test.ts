import { told, useAction } from "../support/action.ts";

const action = useAction();

async function withKey(user: { userId: string }, scope = "global") {
  const [added] = await action.emulator.addTokens([{ user: user.userId, scope }]);
  return { "api-key": added?.access_token ?? "" };
}

test("an API key costs one request more: sudo, then the create that carries the key", async () => {
  const user = await action.user();
  const { job, conclusion } = await action.main({ user, inputs: await withKey(user) });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /sudo 200", "POST /tokens 200"]);
  const [, create] = (await action.emulator.requests()).slice(-2);
  expect(create).toMatchObject({ credential: "key" });
});

test("sudo takes the one-time password", async () => {
  const user = await action.user({ totp: true });
  const { job, conclusion } = await action.main({ user, inputs: await withKey(user) });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /sudo 200", "POST /tokens 200"]);
});

test("a wrong password is asked about once", async () => {
  const user = await action.user();
  const step = await action.main({ user, inputs: { ...(await withKey(user)), password: "wrong" } });
  expect(told(step, "error").join()).toContain("refused the username or the password");
  await step.job.run("post");
  expect(await step.job.requests()).toEqual(["POST /sudo 400"]);
});

test("a key that Fastly does not know is named", async () => {
  const step = await action.main({ inputs: { "api-key": "noTokenOfAnybodyAtAll1234567890ab" } });
  expect(step.conclusion).toBe("failure");
  expect(told(step, "error").join()).toContain("api-key");
  expect(await step.job.requests()).toEqual(["POST /sudo 403"]);
});
