import { useAction } from "../support/action.ts";

const action = useAction();

test("the defaults count then: above all, the token is revoked", async () => {
  const job = await action.job();
  await job.run("main");
  const nonsense = {
    revoke: "maybe",
    "fail-on-revoke-error": "maybe",
    summary: "maybe",
    timeout: "soon",
    "api-url": "?",
  };
  const post = await job.run("post", { inputs: nonsense });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.summary).not.toBe("");
  expect(await job.alive()).toBe(0);
});

test("empty inputs count as the defaults too", async () => {
  const job = await action.job();
  await job.run("main");
  const empty = { revoke: "", "fail-on-revoke-error": "", summary: "", timeout: "" };
  expect(await job.run("post", { inputs: empty })).toMatchObject({ conclusion: "success" });
  expect(await job.alive()).toBe(0);
});
