import { useAction } from "../support/action.ts";

const action = useAction();

test("nothing in state: it says so calmly, and sends nothing", async () => {
  const job = await action.job();
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [], summary: "" });
  expect(post.log).toContain("This step did not request a Fastly token, so there is nothing to revoke.");
  expect(await job.requests()).toEqual([]);
});

test("main made none: it says so calmly", async () => {
  const job = await action.job({ inputs: { password: "wrong password" } });
  await job.run("main");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [], summary: "" });
  expect(post.log).toContain("nothing to revoke");
  expect(await job.requests()).toEqual(["POST /tokens 400"]);
});
