import { messagesOf, useAction } from "../support/action.ts";
import { cut, respond } from "../support/faults.ts";

const action = useAction();

/** What the runner gives post within composite actions: the inputs of an outer action, or none. */
const none = {
  username: "",
  password: "",
  scope: "",
  services: "",
  revoke: "",
  "fail-on-revoke-error": "",
  summary: "",
  timeout: "",
  "api-url": "",
};

const forbidSelf = () =>
  action.emulator.inject("DELETE /tokens/self", respond(403, { msg: "Forbidden" }), { times: "always" });

test.each([
  ["none", none],
  ["others", { ...none, revoke: "true", summary: "true" }],
])("revoke: false of main holds where post is given %s", async (_, inputs) => {
  const job = await action.job({ inputs: { revoke: "false", summary: "false" } });
  await job.run("main");
  expect(await job.run("post", { inputs })).toMatchObject({ conclusion: "success", summary: "" });
  expect(await job.alive()).toBe(1);
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});

test.each(["", "false", "perhaps"])(
  "fail-on-revoke-error: true of main holds where post is given %j",
  async (failOnRevokeError) => {
    const job = await action.job({ inputs: { "fail-on-revoke-error": "true", timeout: "2s" } });
    await job.run("main");
    await action.emulator.inject("DELETE /tokens/:id", cut("before"), { times: "always" });
    await action.emulator.inject("DELETE /tokens/self", cut("before"), { times: "always" });
    const post = await job.run("post", {
      inputs: { ...none, "fail-on-revoke-error": failOnRevokeError },
    });
    expect(post.conclusion).toBe("failure");
  },
);

test("what made no sense to main has its default in post", async () => {
  const job = await action.job({ inputs: { "fail-on-revoke-error": "perhaps" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "failure" });
  expect(JSON.parse(job.state.journal ?? "")).toMatchObject({
    settings: { revoke: true, failOnRevokeError: false, summary: true, timeoutMs: 60_000 },
  });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});

test.each([
  ["the password of an outer action", { username: "outer@example.com", password: "of-something-else" }],
  ["the same user, and another password", { password: "of-something-else" }],
])("credentials that main did not use are not sent: %s", async (_, inputs) => {
  const job = await action.job();
  await job.run("main");
  await forbidSelf();
  const post = await job.run("post", { inputs });
  expect(messagesOf(post, "warning").join()).toMatch(
    /credentials in post's inputs do not match what main saved, so they were not sent/,
  );
  expect((await job.requests()).filter((request) => request.startsWith("POST"))).toEqual([
    "POST /tokens 200",
  ]);
  expect(job.leaks(["of-something-else"])).toEqual([]);
});

test("main's own credentials are not sent by a state that was changed, and post says why", async () => {
  const job = await action.job();
  await job.run("main");
  const state = JSON.parse(job.state.journal ?? "");
  job.state.journal = JSON.stringify({ ...state, settings: { ...state.settings, timeoutMs: 59_000 } });
  await forbidSelf();
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toMatch(
    /the state that main saved for post has changed since, so no credentials were sent/,
  );
  expect((await job.requests()).filter((request) => request.startsWith("POST"))).toEqual([
    "POST /tokens 200",
  ]);
});

test("post without credentials says so, where it needs some", async () => {
  const job = await action.job();
  await job.run("main");
  await forbidSelf();
  const post = await job.run("post", { inputs: none });
  expect(messagesOf(post, "warning").join()).toMatch(/post has no credentials/);
});

test("main saves it before it judges its inputs, and before anything is sent", async () => {
  const job = await action.job({ inputs: { scope: "", revoke: "false" } });
  const { state } = await job.run("main");
  expect(JSON.parse(state.journal ?? "")).toMatchObject({
    settings: { revoke: false },
    api: { apiUrl: action.emulator.url, proxy: null },
    step: { runId: "7654321098", runAttempt: "1", job: "deploy", action: "fastly-token" },
    journal: { attempts: [] },
  });
});

test("a step within a composite action is known by its own name: the scope before it differs in post", async () => {
  const job = await action.job();
  await job.run("main", { env: { GITHUB_ACTION: "outer.fastly-token" } });
  const post = await job.run("post", { env: { GITHUB_ACTION: "__0a1b2c.fastly-token" } });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
