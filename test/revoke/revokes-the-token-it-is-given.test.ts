import { useAction } from "../support/action.ts";
import { runCompanion } from "../support/companion.ts";

const action = useAction();

test("the token ends itself, in one request, and the main action's post stays calm", async () => {
  const main = await action.main();
  const token = main.outputs.token ?? "";
  const step = await revoke(token);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "1" }, annotations: [] });
  expect(step.requests).toEqual(["DELETE /tokens/self 204"]);
  expect(step.log).toContain("Revoked Fastly token");
  expect(await main.job.alive()).toBe(0);

  const post = await main.job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("it had been revoked already");

  async function revoke(token: string) {
    return runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
  }
});

test("post stays calm also where Fastly answers a revoked token with 403", async () => {
  await action.emulator.settings({ revokedStatus: 403 });
  try {
    const main = await action.main();
    const { token = "" } = main.outputs;
    await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
    const post = await main.job.run("post");
    expect(post).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await main.job.alive()).toBe(0);
  } finally {
    await action.emulator.settings({ revokedStatus: 401 });
  }
});

test("a token that was gone already is told calmly, and not counted", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  const options = { inputs: { token }, hidden: [token] };
  await runCompanion("revoke", action, main.job.user, options);
  const again = await runCompanion("revoke", action, main.job.user, options);
  expect(again).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, annotations: [] });
  expect(again.log).toContain("is gone: it had expired or been revoked already");
});

test("a token that cannot be revoked fails the step, and says why", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.fault({
    match: { method: "DELETE", path: "/tokens/self" },
    times: "always",
    fault: { kind: "answer", when: "before", status: 503, body: `{"msg":"${token}"}` },
  });
  const step = await runCompanion("revoke", action, main.job.user, {
    inputs: { token, timeout: "1s" },
    hidden: [token],
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toEqual([expect.stringContaining("HTTP 503")]);
  expect(await main.job.alive()).toBe(1);
});

test("a failed try is made again until it works", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.fault({
    match: { method: "DELETE", path: "/tokens/self" },
    times: 2,
    fault: { kind: "cut", when: "before" },
  });
  const step = await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "1" } });
});

test("the token is masked before anything else, and shows in no debug output", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  const step = await runCompanion("revoke", action, main.job.user, {
    inputs: { token },
    hidden: [token],
    debug: true,
    env: { NODE_DEBUG: "undici,http,net" },
  });
  expect(step.masks).toContain(token);
  expect(step.conclusion).toBe("success");
});
