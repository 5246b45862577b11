import { useAction } from "../support/action.ts";

const action = useAction();

test("the token ends itself, in one request", async () => {
  const job = await action.job();
  const main = await job.run("main");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [], outputs: {}, state: {}, env: {} });
  expect(post.log).toContain(`Revoked Fastly token ${main.outputs["token-id"]}.`);
  expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  expect(await job.alive()).toBe(0);
  const last = (await action.emulator.requests()).at(-1);
  expect(last).toMatchObject({ credential: "key", tokenId: main.outputs["token-id"] });
});

test("it needs no credentials for that", async () => {
  const job = await action.job();
  await job.run("main");
  const post = await job.run("post", { inputs: { username: "", password: "", scope: "" } });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("Fastly sees who it was: the action, and its version", async () => {
  const job = await action.job();
  await job.run("main");
  await job.run("post");
  const tokens = await action.emulator.tokens();
  const { version } = await import("../../src/version.ts");
  expect(tokens.at(-1)?.user_agent).toBe(`fastly-ephemeral-token/${version}`);
});
