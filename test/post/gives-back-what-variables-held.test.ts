import { useAction } from "../support/action.ts";

const action = useAction();

const inputs = { "export-env": "FASTLY_API_TOKEN FASTLY_API_KEY" };

test("a variable that had no value is empty after post, and one that had gets it back", async () => {
  const job = await action.job({ inputs, env: { FASTLY_API_TOKEN: "the-token-of-before" } });
  const main = await job.run("main");
  expect(main.env).toEqual({ FASTLY_API_TOKEN: main.outputs.token, FASTLY_API_KEY: main.outputs.token });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.env).toEqual({ FASTLY_API_TOKEN: "the-token-of-before", FASTLY_API_KEY: "" });
  expect(main.masks).toContain("the-token-of-before");
});

test("a variable that somebody set in between stays as it is", async () => {
  const job = await action.job({ inputs: { "export-env": "FASTLY_API_TOKEN" } });
  await job.run("main");
  expect(await job.run("post", { env: { FASTLY_API_TOKEN: "set-in-between" } })).toMatchObject({ env: {} });
});

test("a token that stays alive stays in its variables", async () => {
  const job = await action.job({ inputs: { ...inputs, revoke: "false" } });
  await job.run("main");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", env: {} });
});

test("two steps that export one variable give back, the last one first, what each of them found", async () => {
  const first = await action.job({ inputs: { "export-env": "FASTLY_API_TOKEN" } });
  const { outputs } = await first.run("main");
  const second = await action.job({ inputs: { "export-env": "FASTLY_API_TOKEN" }, env: { ...first.env } });
  await second.run("main");
  expect((await second.run("post")).env).toEqual({ FASTLY_API_TOKEN: outputs.token });
  expect((await first.run("post")).env).toEqual({ FASTLY_API_TOKEN: "" });
});

test("what is longer than any token is not kept: post could not be started with it", async () => {
  const env = { FASTLY_API_TOKEN: '"'.repeat(70_000) };
  const job = await action.job({ inputs: { "export-env": "FASTLY_API_TOKEN" }, env });
  await job.run("main");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", env: { FASTLY_API_TOKEN: "" } });
  expect(await job.alive()).toBe(0);
});

test("a text of several lines comes back as it was, and its short lines are not masked", async () => {
  const previous = "a\n{\n  the-token-of-before\r\n}";
  const job = await action.job({
    inputs: { "export-env": "FASTLY_API_TOKEN" },
    env: { FASTLY_API_TOKEN: previous },
  });
  await job.run("main");
  expect((await job.run("post")).env).toEqual({ FASTLY_API_TOKEN: previous });
  expect(job.masks).toContain("the-token-of-before");
  for (const short of ["a", "{", "}"]) expect(job.masks).not.toContain(short);
});
