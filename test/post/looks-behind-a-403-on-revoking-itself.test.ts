import { TOTP } from "otpauth";
import { answerNext, told, useAction } from "../support/action.ts";

const action = useAction();

const forbidSelf = (times: number | "always" = 1) =>
  answerNext(action.emulator, ["DELETE", "/tokens/self"], { status: 403, json: { msg: "Forbidden" } }, times);

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
    `GET /tokens/${outputs["token-id"]} 200`,
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

test("without credentials that work a second time it warns, with ID and expiry", async () => {
  const user = await action.user({ totp: true });
  const otp = new TOTP({ secret: user.totpSecret ?? "" }).generate();
  const job = await action.job({ user, inputs: { "totp-secret": "", otp } });
  const { outputs } = await job.run("main");
  await forbidSelf("always");
  const post = await job.run("post");
  expect(post.conclusion).toBe("success");
  const [message] = told(post, "warning");
  expect(message).toContain(outputs["token-id"]);
  expect(message).toContain(outputs["expires-at"]);
  expect(message).toMatch(/no credentials that work a second time.*HTTP 403/);
});

test("where the helper is refused, it warns after one request with credentials", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf();
  const post = await job.run("post", { inputs: { password: "changed meanwhile" } });
  expect(told(post, "warning").join()).toMatch(
    new RegExp(`${outputs["token-id"]} was not revoked.*helper token.*refused the username.*HTTP 403`),
  );
  expect((await job.requests()).slice(1)).toEqual(["DELETE /tokens/self 403", "POST /tokens 400"]);
});

test("where the revocation by ID is refused, it warns", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await forbidSelf();
  const path = `/tokens/${outputs["token-id"]}`;
  await answerNext(action.emulator, ["DELETE", path], { status: 403, json: { msg: "Forbidden" } });
  const post = await job.run("post");
  expect(told(post, "warning").join()).toMatch(new RegExp(`${outputs["token-id"]} was not revoked`));
});

test.each([[403], [503], [200]])(
  "where the look-up by ID fails with %d, the revocation is sent all the same",
  async (status) => {
    const job = await action.job({ inputs: { timeout: "12s" } });
    const { outputs } = await job.run("main");
    await forbidSelf();
    const path = `/tokens/${outputs["token-id"]}`;
    await answerNext(action.emulator, ["GET", path], { status, json: {} }, "always");
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.alive()).toBe(0);
    await action.emulator.clearFaults();
  },
);
