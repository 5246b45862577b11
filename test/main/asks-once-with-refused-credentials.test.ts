import { messagesOf, useAction } from "../support/action.ts";
import { cut, truncate } from "../support/faults.ts";

const action = useAction();

async function refusals(): Promise<number> {
  return (await action.emulator.requests()).filter(({ refusedCredentials }) => refusedCredentials).length;
}

test("a wrong password costs one request, in main and post together, and the account does not lock", async () => {
  const job = await action.job({ inputs: { password: "wrong password" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toMatch(
    /rejected the username or password.*to avoid locking the account/,
  );
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual(["POST /tokens 400"]);
});

test("an unknown user costs one request too", async () => {
  const { job } = await action.main({ inputs: { username: "nobody@example.com" } });
  await job.run("post");
  expect(await job.requests()).toEqual(["POST /tokens 400"]);
});

test("a wrong password after a lost answer is refused once: post does not try it again", async () => {
  const before = await refusals();
  await action.emulator.inject("POST /tokens", cut("before"));
  const job = await action.job({ inputs: { password: "wrong password" } });
  await job.run("main");
  const post = await job.run("post");
  expect((await refusals()) - before).toBe(1);
  expect(post.log).toMatch(/named ".*".*(may be alive|not revoked)/);
});

test("half of a refusal proves nothing, but main does not send the password again after it", async () => {
  await action.emulator.inject("POST /tokens", truncate());
  const job = await action.job({ inputs: { password: "wrong password" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "failure" });
  expect(await job.requests()).toEqual(["POST /tokens -"]);
  await job.run("post");
  expect(await job.requests()).toEqual(["POST /tokens -", "POST /tokens 400"]);
});
