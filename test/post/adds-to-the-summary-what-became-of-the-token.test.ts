import { useAction, without } from "../support/action.ts";

const action = useAction();

test("revoked, and gone already", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  const first = await job.run("post");
  expect(first.summary).toContain(`<code>${outputs["token-id"]}</code>`);
  expect(first.summary).toContain("✅ revoked");
  expect((await job.run("post")).summary).toContain("already gone");
});

test("nothing where it is not wanted, or has no file", async () => {
  const silent = await action.job({ inputs: { summary: "false" } });
  await silent.run("main");
  expect(await silent.run("post")).toMatchObject({ conclusion: "success", summary: "" });
  const job = await action.job();
  await job.run("main");
  expect(await job.run("post", without("GITHUB_STEP_SUMMARY"))).toMatchObject({ conclusion: "success" });
});
