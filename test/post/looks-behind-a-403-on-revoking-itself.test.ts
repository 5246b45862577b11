import { messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const forbidSelf = (times: number | "always" = 1) =>
  action.emulator.inject("DELETE /tokens/self", respond(403, { msg: "Forbidden" }), { times: times });

test("a token that lives is looked up and revoked by its ID with a helper, which ends as well", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf();
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain(`Revoked Fastly token ${outputs["token-id"]}.`);
  expect((await job.requests()).slice(1)).toEqual([
    "DELETE /tokens/self 403",
    "POST /tokens 200",
    `DELETE /tokens/${outputs["token-id"]} 204`,
    "DELETE /tokens/self 204",
  ]);
  expect(await job.alive()).toBe(0);
});

test("the helper lives for two minutes at most", async () => {
  const job = await action.job();
  await job.run("main");
  await forbidSelf();
  await job.run("post");
  const helper = (await action.emulator.tokens()).at(-1);
  expect(helper?.name).toContain("use=recovery");
  const lifetime = Date.parse(helper?.expires_at ?? "") - Date.parse(helper?.created_at ?? "");
  expect(lifetime).toBeLessThanOrEqual(120_000);
});

test("a helper that may not revoke itself either is revoked by its ID", async () => {
  const job = await action.job();
  await job.run("main");
  await forbidSelf("always");
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("without credentials it warns, with ID and expiry", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf("always");
  const post = await job.run("post", { inputs: { username: "", password: "" } });
  expect(post.conclusion).toBe("success");
  const [message] = messagesOf(post, "warning");
  expect(message).toContain(outputs["token-id"]);
  expect(message).toContain(outputs["expires-at"]);
  expect(message).toMatch(/post has no credentials.*HTTP 403/);
});

test("where the helper is refused, it warns after one request with credentials", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf();
  await action.emulator.inject("POST /tokens", respond(400, { msg: "invalid_grant" }));
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toMatch(
    new RegExp(`${outputs["token-id"]} may be alive.*helper token.*rejected the username.*HTTP 403`),
  );
  expect((await job.requests()).slice(1)).toEqual(["DELETE /tokens/self 403", "POST /tokens 400"]);
});

test("where the revocation by ID is refused, it warns", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf();
  const path = `/tokens/${outputs["token-id"]}`;
  await action.emulator.inject(`DELETE ${path}`, respond(403, { msg: "Forbidden" }), { times: "always" });
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toMatch(new RegExp(`${outputs["token-id"]} may be alive`));
});
