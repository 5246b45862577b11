import { answerNext, answerOf, second, told, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";

const action = useAction();

/** A job whose main was killed while its create was under way. */
async function killedMain(when: "before" | "after", inputs: Record<string, string> = {}) {
  await faultOnCreate({ kind: "stall", when });
  const job = await action.job({ inputs });
  const after = (await action.emulator.requests()).length;
  const step = await job.start("main");
  const phase = when === "after" ? "committed" : "received";
  await action.emulator.nextRequest({ method: "POST", path: "/tokens", phase, after });
  step.kill("SIGKILL");
  const { state } = await step.done;
  return { job, name: /"name":"([^"]+)"/.exec(state.journal ?? "")?.[1] ?? "" };
}

function faultOnCreate(fault: Fault, times: number | "always" = 1): Promise<void> {
  return action.emulator.fault({ match: { method: "POST", path: "/tokens" }, times, fault });
}

test("a token that was made is found by its name and revoked; the user's other tokens stay", async () => {
  const { job, name } = await killedMain("after");
  const others = [
    `${name}0`,
    name.slice(0, -1),
    name.toUpperCase(),
    ` ${name}`,
    name.replace("use=job", "use=sweep"),
  ];
  const user = job.user.userId;
  await action.emulator.addTokens(others.map((other) => ({ user, name: other })));
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toMatch(/Revoked Fastly token \w{22}\./);
  const left = await action.emulator.liveTokens(user);
  expect(left.map((token) => token.name).sort()).toEqual([...others].sort());
});

test("one that was never made is told of calmly", async () => {
  const { job } = await killedMain("before");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("made none");
  expect(post.summary).toContain("never created");
  expect(await job.alive()).toBe(0);
});

test("where no helper can be made, it warns with the name and the expiry", async () => {
  const { job, name } = await killedMain("after", { timeout: "1s" });
  await faultOnCreate({ kind: "answer", when: "before", status: 503 }, "always");
  const post = await job.run("post");
  const [message] = told(post, "warning");
  expect(message).toContain(name);
  expect(message).toMatch(/may be alive; it expires by itself at \d{4}-.*Z/);
});

test("where the tokens cannot be listed, it warns", async () => {
  const { job, name } = await killedMain("after", { timeout: "2s" });
  await action.emulator.fault({
    match: { method: "GET", path: "/tokens" },
    times: "always",
    fault: { kind: "answer", when: "before", status: 200, body: '{"not":"a list"}' },
  });
  const post = await job.run("post");
  expect(told(post, "warning").join("\n")).toContain(name);
  expect(told(post, "warning").join("\n")).toContain("the answer is not a list");
});

test("a helper whose own answer is lost is found and revoked as well", async () => {
  const { job } = await killedMain("after");
  await faultOnCreate({ kind: "cut", when: "after" });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a helper that is not what was asked is not used, and revoked at once", async () => {
  const { job, name } = await killedMain("after");
  const tooLong = { scope: "global", expires_at: second(new Date(Date.now() + 10_800_000)) };
  const answer = await answerOf(action.emulator, job.user, tooLong);
  await answerNext(action.emulator, ["POST", "/tokens"], { status: 200, json: answer });
  const post = await job.run("post");
  expect(told(post, "warning").join()).toContain(name);
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left.map((token) => token.name)).toEqual([name]);
});

test("with two-factor authentication the helper waits for a code of its own", async () => {
  const user = await action.user({ totp: true });
  await faultOnCreate({ kind: "cut", when: "before" }, "always");
  const job = await action.job({ user, inputs: { timeout: "2s" } });
  await job.run("main");
  await action.emulator.clearFaults();
  const post = await job.run("post", { inputs: { timeout: "60s" } });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("two tokens of that one name, as an edge that sent the create twice would make, are both ended", async () => {
  const { job, name } = await killedMain("after");
  await action.emulator.addTokens([{ user: job.user.userId, name }]);
  expect(await job.alive()).toBe(2);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("somebody's odd token does not stand in the way", async () => {
  const { job } = await killedMain("after");
  const odd = "x".repeat(3_000);
  await action.emulator.addTokens([{ user: job.user.userId, name: odd }]);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left.map((token) => token.name)).toEqual([odd]);
});

test("its own token is found although Fastly lists it in an odd form", async () => {
  const { job, name } = await killedMain("after");
  const [lost] = await action.emulator.liveTokens(job.user.userId);
  const item = { id: lost?.id, name, services: null };
  await answerNext(action.emulator, ["GET", "/tokens"], { status: 200, json: [item] }, "always");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
  await action.emulator.clearFaults();
});

test("what the first look at the list showed is ended even where the second one fails", async () => {
  await faultOnCreate({ kind: "cut", when: "before" });
  await faultOnCreate({ kind: "cut", when: "after" }, 2);
  const job = await action.job({ inputs: { timeout: "12s" } });
  expect((await job.run("main")).conclusion).toBe("failure");
  expect(await job.alive()).toBe(2);
  const match = { method: "GET", path: "/tokens", skip: 1 };
  await action.emulator.fault({
    match,
    times: "always",
    fault: { kind: "answer", when: "before", status: 503 },
  });
  const post = await job.run("post");
  expect(told(post, "warning")).toHaveLength(1);
  expect(await job.alive()).toBe(0);
  await action.emulator.clearFaults();
});

test("a token whose answer told no ID, and that may not revoke itself, is asked for its ID", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { id: undefined });
  await answerNext(action.emulator, ["POST", "/tokens"], { status: 200, json: answer });
  const forbidden = { kind: "answer", when: "before", status: 403 } as const;
  await action.emulator.fault({
    match: { method: "DELETE", path: "/tokens/self" },
    times: 2,
    fault: forbidden,
  });
  const job = await action.job({ user });
  expect((await job.run("main")).conclusion).toBe("failure");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test.each([
  [401, /is already gone: it was revoked before/, 0],
  [403, /may be alive; it expires by itself at/, 1],
])(
  "where that token answers %d to the question, it is told of as what it is",
  async (status, words, warnings) => {
    const user = await action.user();
    const answer = await answerOf(action.emulator, user, { id: undefined });
    await answerNext(action.emulator, ["POST", "/tokens"], { status: 200, json: answer });
    const forbidden = { kind: "answer", when: "before", status: 403 } as const;
    await action.emulator.fault({
      match: { method: "DELETE", path: "/tokens/self" },
      times: 2,
      fault: forbidden,
    });
    await answerNext(action.emulator, ["GET", "/tokens/self"], { status });
    const job = await action.job({ user });
    await job.run("main");
    const post = await job.run("post");
    expect(post.log).toMatch(words);
    expect(told(post, "warning")).toHaveLength(warnings);
  },
);
