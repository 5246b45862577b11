import { answerOf, machineClock, messagesOf, second, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, late, respond, stall } from "../support/faults.ts";

const action = useAction();

/** A job whose main was killed while its create was under way. */
async function killedMain(when: "before" | "after", inputs: Record<string, string> = {}) {
  await faultOnCreate(stall(when));
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
  return action.emulator.inject("POST /tokens", fault, { times });
}

test("a token that was made is found by its name and revoked; the user's other tokens stay", async () => {
  const { job, name } = await killedMain("after");
  const others = [
    name.toUpperCase(),
    ` ${name}`,
    name.replace(/\.1 /, ".2 "),
    name.replace(/\.1 /, ".11 "),
    name.replace(/ [0-9a-f]/, " "),
    name.replace("token/1", "token/2"),
  ];
  const user = job.user.userId;
  await action.emulator.addTokens(others.map((other) => ({ user, name: other })));
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toMatch(/Revoked Fastly token \w{22}\./);
  const left = await action.emulator.liveTokens(user);
  expect(left.map((token) => token.name).sort()).toEqual([...others].sort());
});

test.each([255, 128, 60])("also where the server has cut its name to %d bytes", async (nameLimit) => {
  await action.emulator.settings({ nameLimit });
  const { job } = await killedMain("after", { label: "purge of the month, ".repeat(3) });
  const post = await job.run("post");
  await action.emulator.settings({ nameLimit: null });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("where its name may be one that was cut before the nonce ends, nothing is claimed", async () => {
  await action.emulator.settings({ nameLimit: 40 });
  const { job, name } = await killedMain("after", { timeout: "4s" });
  const post = await job.run("post", { env: machineClock(70_000) });
  await action.emulator.settings({ nameLimit: null });
  expect(messagesOf(post, "warning").join()).toContain(`"${name}" may be alive`);
});

/** Older than a create can take. */
const later = { env: machineClock(70_000) };

test("one that is not in Fastly's list, a minute after it was asked for, was never created", async () => {
  const { job } = await killedMain("before");
  const post = await job.run("post", later);
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("was never created");
  expect(post.summary).toContain("Never created");
  expect(await job.alive()).toBe(0);
});

test.each([
  ["behind", -5],
  ["ahead", 5],
])("nor is it older because main's clock was hours %s, and was set since", async (_, hours) => {
  await faultOnCreate(late(8_000, "cut"), "always");
  const job = await action.job({ inputs: { timeout: "3s" } });
  const main = await job.run("main", { env: machineClock(hours * 3_600_000) });
  expect(main.conclusion).toBe("failure");
  await action.emulator.clearFaults();
  const post = await job.run("post");
  expect(post.log).not.toContain("was never created");
  expect(messagesOf(post, "warning").join()).toContain("too early to say");
});

test("before that, nobody can say so: name, expiry and reason are reported", async () => {
  const { job, name } = await killedMain("before", { timeout: "3s" });
  const [message, ...more] = messagesOf(await job.run("post"), "warning");
  expect(more).toEqual([]);
  expect(message).toMatch(/may be alive; it expires at \d{4}-.*Z.*too early to say/);
  expect(message).toContain(name);
});

test("nor does a list say so that lacks the helper token itself", async () => {
  const { job, name } = await killedMain("before", { timeout: "3s" });
  await action.emulator.inject("GET /tokens", respond(200, []), { times: "always" });
  const post = await job.run("post", later);
  expect(messagesOf(post, "warning").join()).toMatch(/could not be verified/);
  expect(messagesOf(post, "warning").join()).toContain(name);
});

test.each(["SIGINT", "SIGKILL"] as const)(
  "a token that appears only after main's %s is found while post looks",
  async (signal) => {
    await faultOnCreate(late(3_000, "stall"));
    const job = await action.job({ inputs: { timeout: "20s" } });
    const after = (await action.emulator.requests()).length;
    const step = await job.start("main");
    await action.emulator.nextRequest({ method: "POST", path: "/tokens", phase: "received", after });
    step.kill(signal);
    await step.done;
    expect(await job.alive()).toBe(0);
    const post = await job.run("post");
    expect(post).toMatchObject({ conclusion: "success", annotations: [] });
    expect(post.log).toMatch(/Revoked Fastly token \w{22}\./);
    expect(await job.alive()).toBe(0);
  },
);

test("a helper token that is not known everywhere yet is asked with again", async () => {
  const { job } = await killedMain("after");
  await action.emulator.settings({ keyLagMs: 1_000 });
  const post = await job.run("post");
  await action.emulator.settings({ keyLagMs: 0 });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("where no helper can be made, it warns with the name and the expiry", async () => {
  const { job, name } = await killedMain("after", { timeout: "2s" });
  await faultOnCreate(respond(503), "always");
  const post = await job.run("post");
  const [message] = messagesOf(post, "warning");
  expect(message).toContain(name);
  expect(message).toMatch(/may be alive; it expires at \d{4}-.*Z/);
});

test("where the tokens cannot be listed, it warns", async () => {
  const { job, name } = await killedMain("after", { timeout: "2s" });
  await action.emulator.inject("GET /tokens", respond(200, { not: "a list" }), { times: "always" });
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join("\n")).toContain(name);
  expect(messagesOf(post, "warning").join("\n")).toContain("the response is not a list");
});

test("a helper whose own answer is lost is found and revoked as well", async () => {
  const { job } = await killedMain("after");
  await faultOnCreate(cut("after"));
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a helper that is not what was asked is not used, and revoked at once", async () => {
  const { job, name } = await killedMain("after");
  const tooLong = { scope: "global", expires_at: second(new Date(Date.now() + 10_800_000)) };
  const answer = await answerOf(action.emulator, job.user, tooLong);
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toContain(name);
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left.map((token) => token.name)).toEqual([name]);
});

test("with two-factor authentication the helper waits for a code of its own", async () => {
  const user = await action.user({ totp: true });
  await faultOnCreate(cut("before"), "always");
  const job = await action.job({ user, inputs: { timeout: "2s" } });
  await job.run("main");
  await action.emulator.clearFaults();
  const post = await job.run("post", { inputs: { timeout: "60s" }, ...later });
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

test("somebody's token with a malformed name does not stand in the way", async () => {
  const { job } = await killedMain("after");
  const longName = "x".repeat(3_000);
  await action.emulator.addTokens([{ user: job.user.userId, name: longName }]);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left.map((token) => token.name)).toEqual([longName]);
});

test("its own token is found although Fastly lists it malformed", async () => {
  const { job, name } = await killedMain("after");
  const [lost] = await action.emulator.liveTokens(job.user.userId);
  const item = { id: lost?.id, name, services: null };
  await action.emulator.inject("GET /tokens", respond(200, [item]), { times: "always" });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
  await action.emulator.clearFaults();
});

test("what the first look at the list showed is ended even where the second one fails", async () => {
  await faultOnCreate(cut("before"));
  await faultOnCreate(cut("after"), 2);
  const job = await action.job({ inputs: { timeout: "12s" } });
  expect((await job.run("main")).conclusion).toBe("failure");
  expect(await job.alive()).toBe(2);
  await action.emulator.inject("GET /tokens", respond(503), { times: "always", skip: 1 });
  const post = await job.run("post");
  expect(messagesOf(post, "warning")).toHaveLength(1);
  expect(await job.alive()).toBe(0);
  await action.emulator.clearFaults();
});

test("a token whose response had no ID, and that may not revoke itself, is asked for its ID", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { id: undefined });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const forbidden = respond(403);
  await action.emulator.inject("DELETE /tokens/self", forbidden, { times: 2 });
  const job = await action.job({ user });
  expect((await job.run("main")).conclusion).toBe("failure");
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("if that token does not have it either, nothing is claimed", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { id: undefined });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const forbidden = respond(403, { msg: "Forbidden" });
  await action.emulator.inject("DELETE /tokens/self", forbidden, { times: 2 });
  await action.emulator.inject("GET /tokens/self", forbidden);
  const job = await action.job({ user });
  await job.run("main");
  const [message, ...more] = messagesOf(await job.run("post"), "warning");
  expect(more).toEqual([]);
  expect(message).toMatch(/may be alive; it expires at/);
});
