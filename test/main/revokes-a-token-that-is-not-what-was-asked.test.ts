import { answerOf, messagesOf, second, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const hours = (count: number) => second(new Date(Date.now() + count * 3_600_000));

const rows: [what: string, changes: () => Record<string, unknown>, words: RegExp][] = [
  ["a wider scope", () => ({ scope: "global" }), /its scope is "global", wider/],
  ["one scope more", () => ({ scope: "purge_all purge_select" }), /wider than requested/],
  ["no scope at all", () => ({ scope: "" }), /the field scope of the response is missing/],
  ["another service", () => ({ services: ["another"] }), /covers "another", more than requested/],
  ["every service", () => ({ services: [] }), /covers every service, more than requested/],
  ["no expiry", () => ({ expires_at: null }), /never expires/],
  ["a longer life than was asked", () => ({ expires_at: hours(3) }), /lives for 3h.* longer than requested/],
  [
    "a shorter life than any job",
    () => ({ expires_at: hours(10 / 3600) }),
    /lives for only \d+s, too short for a job/,
  ],
];

test.each(rows)("%s: it is revoked at once, and the step fails", async (_, changes, words) => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, changes());
  await action.emulator.inject("POST /tokens", respond(200, answer));
  const step = await action.main({ user });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error")).toEqual([expect.stringMatching(words)]);
  expect(messagesOf(step, "error").join()).toContain("It was revoked immediately.");
  expect(step.outputs).toEqual({});
  expect(await step.job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  expect(await step.job.alive()).toBe(0);
  expect(await step.job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});

test.each([
  ["a narrower scope", { scope: "global:read" }, { scope: "global" }],
  ["fewer scopes", { scope: "purge_all" }, { scope: "purge_all purge_select" }],
])("%s is fine", async (_, changes, inputs) => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, changes);
  await action.emulator.inject("POST /tokens", respond(200, answer));
  expect(await action.main({ user, inputs })).toMatchObject({ conclusion: "success" });
});

test("one that main cannot revoke is left to post, even where revoke is false: the job never got it", async () => {
  const user = await action.user();
  const answer = await answerOf(action.emulator, user, { scope: "global" });
  await action.emulator.inject("POST /tokens", respond(200, answer));
  await action.emulator.inject("DELETE /tokens/self", respond(400, { msg: "revocation error" }));
  const job = await action.job({ user, inputs: { revoke: "false" } });
  const main = await job.run("main");
  expect(messagesOf(main, "error").join()).toMatch(/could not be revoked immediately.*post tries again/);
  expect(await job.alive()).toBe(1);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
