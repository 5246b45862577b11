import { told, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";

const action = useAction();

const html = "<html><body>Sorry</body></html>";

const faults: [reason: string, fault: Fault][] = [
  ["HTTP 503", { kind: "answer", when: "before", status: 503, body: html, contentType: "text/html" }],
  ["HTTP 429", { kind: "answer", when: "before", status: 429, body: '{"msg":"slow"}' }],
  ["connection broke", { kind: "cut", when: "before" }],
  ["no complete response within", { kind: "stall", when: "before" }],
];

async function runUnder(fault: Fault, failOnRevokeError: string) {
  const job = await action.job({ inputs: { "fail-on-revoke-error": failOnRevokeError, timeout: "1s" } });
  const main = await job.run("main");
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.fault({ match: { method: "DELETE", path }, times: "always", fault });
  return { job, main, post: await job.run("post") };
}

test.each(faults)("%s, until the deadline: a warning with ID, expiry and reason", async (reason, fault) => {
  const { job, main, post } = await runUnder(fault, "false");
  expect(post.conclusion).toBe("success");
  const [message, ...helpers] = told(post, "warning");
  expect(message).toContain(main.outputs["token-id"]);
  expect(message).toContain(main.outputs["expires-at"]);
  expect(message).toContain(reason);
  // A helper that could not be revoked either is told of like any other token.
  expect(helpers).toHaveLength((await job.alive()) - 1);
});

test("it fails the job where that is wanted", async () => {
  const { main, post } = await runUnder({ kind: "cut", when: "before" }, "true");
  expect(post.conclusion).toBe("failure");
  const [message] = told(post, "error");
  expect(message).toContain(main.outputs["token-id"]);
  expect(message).toContain(main.outputs["expires-at"]);
  expect(message).toContain("connection broke");
});

test("a summary says so too", async () => {
  const { main, post } = await runUnder({ kind: "cut", when: "before" }, "false");
  expect(post.summary).toContain(main.outputs["token-id"]);
  expect(post.summary).toMatch(/(still|may be) alive.*expires by itself/);
});
