import { messagesOf, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const json = "application/json";

const bodies: [what: string, body: string, contentType: string][] = [
  ["HTML", "<html><body>Sign in</body></html>", "text/html"],
  ["HTML that says it is JSON", "<html></html>", json],
  ["nothing", "", json],
  ["an empty object", "{}", json],
  ["somebody else's error", '{"error":"unauthorized"}', json],
  ["a message that is no text", '{"msg":{"text":"Record not found"}}', json],
  ["a list", '[{"msg":"Record not found"}]', json],
  ["half a message", '{"msg":"Record not fo', json],
  ["a quoted text", '"Record not found"', json],
];

const answers = bodies.flatMap(([what, body, contentType]) =>
  [401, 404].map((status): [number, string, Fault] => [status, what, respond(status, body, { contentType })]),
);

const others: [number, string, Fault][] = [200, 202, 301, 400, 403, 410, 429, 500].map((status) => [
  status,
  "HTML",
  respond(status, "<html></html>"),
]);

function onRevoking(path: string, times: number | "always", fault: Fault): Promise<void> {
  return action.emulator.inject(`DELETE ${path}`, fault, { times });
}

test.each([...answers, ...others])(
  "%d with %s, once: the token is revoked",
  async (_status, _what, fault) => {
    const job = await action.job();
    await job.run("main");
    await onRevoking("/tokens/self", 1, fault);
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.alive()).toBe(0);
  },
);

/** Each of these takes all of post's time. */
const lasting = [...answers, ...others].filter(([, what]) => /HTML$|nothing|object|half/.test(what));

test.each(lasting)("%d with %s, always: it may be alive", async (_status, _what, fault) => {
  const job = await action.job({ inputs: { timeout: "2s", "fail-on-revoke-error": "true" } });
  const { outputs } = await job.run("main");
  for (const path of ["/tokens/self", "/tokens/:id"]) await onRevoking(path, "always", fault);
  const post = await job.run("post");
  expect(post.conclusion).toBe("failure");
  expect(messagesOf(post, "error").join("\n")).toMatch(
    new RegExp(`Fastly token ${outputs["token-id"]} may be alive; it expires at`),
  );
  expect(post.log).not.toMatch(/already gone|Revoked Fastly token/);
  await action.emulator.clearFaults();
});

test("a 503 and then a foreign 401 do not add up to a claim", async () => {
  const job = await action.job({ inputs: { timeout: "2s" } });
  await job.run("main");
  for (const path of ["/tokens/self", "/tokens/:id"]) {
    await onRevoking(path, 1, respond(503));
    await onRevoking(path, "always", respond(401, "<html></html>"));
  }
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toContain("may be alive");
  await action.emulator.clearFaults();
});

test.each([401, 404])(
  "Fastly's own %d, once: a fresh token may not be known everywhere yet",
  async (status) => {
    const job = await action.job();
    await job.run("main");
    const body = JSON.stringify({ msg: "Provided credentials are missing or invalid" });
    await onRevoking("/tokens/self", 1, respond(status, body));
    const post = await job.run("post");
    expect(post).toMatchObject({ conclusion: "success", annotations: [] });
    expect(post.log).toContain("Revoked Fastly token");
    expect(await job.alive()).toBe(0);
  },
);

const soon = new Date(Date.now() + 3_600_000).toISOString();

test.each([
  ["another token", () => "Token AAAAAAAAAAAAAAAAAAAAAA expired at 2026-01-14T11:47:46Z"],
  ["a time to come", (id: string) => `Token ${id} expired at ${soon}`],
  ["no time at all", (id: string) => `Token ${id} expired at noon`],
  ["a session", () => "Token session expired at gateway"],
])("a 401 that speaks of the expiry of %s proves nothing", async (_what, msg) => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await onRevoking("/tokens/self", 1, respond(401, { msg: msg(outputs["token-id"] ?? "") }));
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("Revoked Fastly token");
  expect(await job.alive()).toBe(0);
});

test("where that is all that comes, the token may be alive", async () => {
  const job = await action.job({ inputs: { timeout: "2s", "fail-on-revoke-error": "true" } });
  await job.run("main");
  const msg = "Token AAAAAAAAAAAAAAAAAAAAAA expired at 2026-01-14T11:47:46Z";
  for (const path of ["/tokens/self", "/tokens/:id"]) await onRevoking(path, "always", respond(401, { msg }));
  const post = await job.run("post");
  expect(post.conclusion).toBe("failure");
  expect(messagesOf(post, "error").join()).toContain("may be alive");
  expect(post.log).not.toMatch(/already gone|Revoked Fastly token/);
  await action.emulator.clearFaults();
});

test("where there is no time to ask twice, the first refusal is not believed", async () => {
  const job = await action.job();
  await job.run("main");
  const state = JSON.parse(job.state.journal ?? "");
  job.state.journal = JSON.stringify({ ...state, settings: { ...state.settings, timeoutMs: 1_000 } });
  const body = JSON.stringify({ msg: "Provided credentials are missing or invalid" });
  for (const path of ["/tokens/self", "/tokens/:id"]) await onRevoking(path, "always", respond(401, body));
  expect(messagesOf(await job.run("post"), "warning").join()).toContain("may be alive");
  await action.emulator.clearFaults();
});
