import { useAction } from "../support/action.ts";
import { cut } from "../support/faults.ts";

const action = useAction();

test("it says which token lives on, and until when", async () => {
  const job = await action.job({ inputs: { revoke: "false" } });
  const { outputs } = await job.run("main");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.summary).toContain("Kept, because revoke is false");
  expect(post.log).toContain(`Fastly token ${outputs["token-id"]} stays alive`);
  expect(post.log).toContain(outputs["expires-at"]);
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
  expect(await job.alive()).toBe(1);
});

test("a token whose response was lost never reached the job: it is ended all the same", async () => {
  await action.emulator.inject("POST /tokens", cut("after"));
  const job = await action.job({ inputs: { revoke: "false" } });
  const { outputs } = await job.run("main");
  expect(await job.alive()).toBe(2);
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left.map(({ id }) => id)).toEqual([outputs["token-id"]]);
});
