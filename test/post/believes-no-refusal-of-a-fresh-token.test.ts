import { useAction } from "../support/action.ts";
import { cut, edit, respond } from "../support/faults.ts";

const action = useAction();

beforeAll(() => action.emulator.settings({ keyLagMs: 3_000 }));

test("a token that Fastly knows everywhere only after three seconds is asked for until then", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain(`Revoked Fastly token ${outputs["token-id"]}`);
  expect(await job.alive()).toBe(0);
});

test("a helper token as well", async () => {
  const job = await action.job();
  await action.emulator.inject("POST /tokens", cut("after"));
  await job.run("main");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log.match(/Revoked Fastly token/g)).toHaveLength(2);
  expect(await job.alive()).toBe(0);
});

test("main does not take its own token for gone", async () => {
  const job = await action.job();
  await action.emulator.inject("POST /tokens", edit({ set: { scope: "global" } }));
  const main = await job.run("main");
  expect(main.log).toContain("It was revoked immediately.");
  expect(await job.alive()).toBe(0);
});

test("errors of others that resemble Fastly's prove nothing", async () => {
  await action.emulator.settings({ keyLagMs: 0 });
  const foreign = [
    { msg: "" },
    { msg: "unauthorized", code: 401, data: null },
    { msg: "Sign in", redirect: "https://portal.example/" },
    { code: "invalid_grant" },
  ];
  for (const json of foreign) {
    const job = await action.job({ inputs: { timeout: "6s" } });
    await job.run("main");
    await action.emulator.inject("DELETE /tokens/self", respond(401, json), { times: "always" });
    const post = await job.run("post");
    expect(post.log).not.toContain("already gone");
    expect(await job.alive()).toBe(0);
    await action.emulator.clearFaults();
  }
});
