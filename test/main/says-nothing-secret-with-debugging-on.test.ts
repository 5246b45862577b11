import { useAction } from "../support/action.ts";
import { respond, truncate } from "../support/faults.ts";

// The end of each test looks for every secret in every form in all that the steps showed: see support/action.ts.
const action = useAction();

const debugging = { debug: true, env: { NODE_DEBUG: "undici,http,net,tls" } };

const passwords = [
  "two  words",
  "100%&more=less",
  "quotes'\"`$(x)\\",
  "ünïcödé 🔑 密码",
  "::add-mask::password",
  "%0A::warning::password%0D",
  "<b>&amp;</b>",
  "##[error]password",
];

test.each(passwords)("success: %j", async (password) => {
  const user = await action.user({ password });
  const job = await action.job({ ...debugging, user, inputs: { "export-env": "FASTLY_API_TOKEN" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success" });
  expect(await job.run("post")).toMatchObject({ conclusion: "success" });
  expect(job.results.map(({ log }) => log.includes("##[debug]"))).toContain(true);
});

test("a password of two lines is refused, and neither line is shown", async () => {
  const user = await action.user({ password: "first line\nsecond line" });
  const job = await action.job({ ...debugging, user });
  expect(await job.run("main")).toMatchObject({ conclusion: "failure" });
});

test.each(passwords)("a server that throws the credentials back: %j", async (password) => {
  const user = await action.user({ password });
  const json = {
    msg: `no ${password}!`,
    detail: `password=${encodeURIComponent(password)}&as JSON ${JSON.stringify(password)}`,
  };
  await action.emulator.inject("POST /tokens", respond(400, json));
  expect(await action.main({ ...debugging, user })).toMatchObject({ conclusion: "failure" });
});

test.each(passwords)("a wrong password, and inputs that are refused: %j", async (password) => {
  const user = await action.user({ password });
  expect(
    await action.main({ ...debugging, user, inputs: { username: "another@example.com" } }),
  ).toMatchObject({
    conclusion: "failure",
  });
  expect(await action.main({ ...debugging, user, inputs: { scope: "" } })).toMatchObject({
    conclusion: "failure",
  });
});

test("a token that is lost, found and revoked, with two-factor authentication", async () => {
  const user = await action.user({ totp: true, password: "p%s w/+rd é&k" });
  await action.emulator.inject("POST /tokens", truncate());
  const job = await action.job({ ...debugging, user, inputs: { timeout: "2s" } });
  await job.run("main");
  expect(await job.run("post")).toMatchObject({ conclusion: "success" });
});

test("a token that is not as asked, and cannot be revoked", async () => {
  // By its ID neither: where there is time for a helper token, that is the next way.
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.inject(`DELETE ${path}`, respond(500, "<html>"), { times: "always" });
  const job = await action.job({ ...debugging, inputs: { timeout: "2s" } });
  await job.run("main");
  expect(await job.run("post")).toMatchObject({
    annotations: expect.arrayContaining([expect.objectContaining({ level: "warning" })]),
  });
});
