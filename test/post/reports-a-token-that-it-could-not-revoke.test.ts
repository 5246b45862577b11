import { messagesOf, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond, stall } from "../support/faults.ts";

const action = useAction();

const html = "<html><body>Sorry</body></html>";

const faults: [reason: string, fault: Fault][] = [
  ["HTTP 503", respond(503, html)],
  ["HTTP 429", respond(429, { msg: "slow" })],
  ["connection broke", cut("before")],
  ["no complete response within", stall("before")],
];

async function runUnder(fault: Fault, failOnRevokeError: string) {
  const job = await action.job({ inputs: { "fail-on-revoke-error": failOnRevokeError, timeout: "2s" } });
  const main = await job.run("main");
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.inject(`DELETE ${path}`, fault, { times: "always" });
  return { job, main, post: await job.run("post") };
}

test.each(faults)("%s, until the deadline: a warning with ID, expiry and reason", async (reason, fault) => {
  const { job, main, post } = await runUnder(fault, "false");
  expect(post.conclusion).toBe("success");
  const [message, ...helpers] = messagesOf(post, "warning");
  expect(message).toContain(main.outputs["token-id"]);
  expect(message).toContain(main.outputs["expires-at"]);
  expect(message).toContain(reason);
  // Helpers that could not be revoked either are reported in one line.
  expect(helpers).toHaveLength(Math.min(1, (await job.alive()) - 1));
  for (const helper of helpers) expect(helper).toMatch(/^Leftover helper token/);
});

test("it fails the job where that is wanted", async () => {
  const { main, post } = await runUnder(cut("before"), "true");
  expect(post.conclusion).toBe("failure");
  const [message] = messagesOf(post, "error");
  expect(message).toContain(main.outputs["token-id"]);
  expect(message).toContain(main.outputs["expires-at"]);
  expect(message).toContain("connection broke");
});

test("a summary says so too", async () => {
  const { main, post } = await runUnder(cut("before"), "false");
  expect(post.summary).toContain(main.outputs["token-id"]);
  expect(post.summary).toMatch(/(Still|May be) alive.*expires at/);
});

test("what one outage left is one warning that names every token, and one line for helper tokens", async () => {
  const create = { method: "POST", path: "/tokens" };
  await action.emulator.fault({ match: create, times: 2, fault: cut("after") });
  const job = await action.job({ inputs: { timeout: "8s" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success" });
  await action.emulator.fault({
    match: create,
    times: "always",
    fault: respond(503),
  });
  const post = await job.run("post");
  const [message, helpers, ...more] = messagesOf(post, "warning");
  expect(more).toEqual([]);
  expect(helpers).toMatch(/^Leftover helper tokens may be alive: named/);
  expect(message).toMatch(/^Fastly tokens may be alive\. No helper token could be created\./);
  const left = await action.emulator.liveTokens(job.user.userId);
  expect(left).toHaveLength(2);
  for (const { name } of left) expect(message).toContain(`named "${name}" (expires at`);
});
