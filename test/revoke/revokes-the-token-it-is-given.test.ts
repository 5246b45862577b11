import { useAction } from "../support/action.ts";
import { runCompanion } from "../support/companion.ts";
import { cut, respond } from "../support/faults.ts";

const action = useAction();

test("the token ends itself, in one request, and the main action's post stays calm", async () => {
  const main = await action.main();
  const token = main.outputs.token ?? "";
  const step = await revoke(token);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "1" }, annotations: [] });
  expect(step.requests).toEqual(["DELETE /tokens/self 204"]);
  expect(step.log).toContain("Revoked the given Fastly token.");
  expect(await main.job.alive()).toBe(0);

  const post = await main.job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("is already gone: it was revoked earlier");

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

test("a token that was already gone is reported without a warning, and not counted", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  const options = { inputs: { token }, hidden: [token] };
  await runCompanion("revoke", action, main.job.user, options);
  const again = await runCompanion("revoke", action, main.job.user, options);
  expect(again).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, annotations: [] });
  expect(again.log).toContain(
    "Fastly does not know the given token: it has already ended, or it is mistyped.",
  );
  expect(again.summary).not.toContain("✅");
  expect(again.requests).toEqual(["DELETE /tokens/self 401", "DELETE /tokens/self 401"]);
});

test("a token that cannot be revoked fails the step, and says why", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.inject("DELETE /tokens/self", respond(503, `{"msg":"${token}"}`), {
    times: "always",
  });
  const step = await runCompanion("revoke", action, main.job.user, {
    inputs: { token, timeout: "2s" },
    hidden: [token],
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toEqual([expect.stringContaining("HTTP 503")]);
  expect(await main.job.alive()).toBe(1);
});

test("a failed try is made again until it works", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.inject("DELETE /tokens/self", cut("before"), { times: 2 });
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

test.each([
  ["401", "success", "warning", "does not know the given token"],
  ["403", "failure", "error", "was not revoked"],
])(
  "a token without its last character, which Fastly answers with %s",
  async (status, conclusion, level, words) => {
    const main = await action.main();
    const token = (main.outputs.token ?? "").slice(0, -1);
    const fault = respond(Number(status), { msg: "Provided credentials are missing or invalid" });
    await action.emulator.inject("DELETE /tokens/self", fault, { times: "always" });
    const step = await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
    expect(step).toMatchObject({ conclusion, outputs: { revoked: "0" } });
    expect(step.annotations.map(({ level }) => level)).toEqual([level]);
    const [text] = [...step.errors, ...step.warnings];
    expect(text).toContain(words);
    expect(text).toContain("31 characters, but Fastly's tokens have 32, so it is probably mistyped");
    expect(step.summary).not.toContain("✅");
    expect(await main.job.alive()).toBe(1);
  },
);

test.each([
  ["this token, as far as a person can tell", (id: string) => id],
  ["another token, such as a gateway's own", () => "AAAAAAAAAAAAAAAAAAAAAA"],
])("a 401 that speaks of the expiry of %s names it, and proves nothing", async (_, named) => {
  const main = await action.main();
  const { token = "", "token-id": id = "" } = main.outputs;
  const msg = `Token ${named(id)} expired at 2026-11-25T10:00:00+00:00`;
  await action.emulator.inject("DELETE /tokens/self", respond(401, { msg }), { times: "always" });
  const step = await runCompanion("revoke", action, main.job.user, {
    env: { FASTLY_API_TOKEN: token },
    inputs: { token },
    hidden: [token],
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, annotations: [], env: {} });
  expect(step.log).toContain(`was not revoked, because Fastly says that the key has expired: "${msg}".`);
  expect(step.log).not.toContain("already gone");
  expect(JSON.parse(step.outputs.audit ?? "").tokens).toMatchObject([{ status: "not_known" }]);
  expect(step.summary).not.toContain("✅");
  expect(await main.job.alive()).toBe(1);
});

const page = "<html>gone</html>";

test.each([
  ["401 with HTML", respond(401, page)],
  ["401 without a body", respond(401)],
  ["401 with JSON of somebody else", respond(401, { error: "unauthorized" })],
  ["401 with a msg that is no text", respond(401, { msg: null })],
  ["404 with HTML", respond(404, page)],
  ["404 with a list", respond(404, ["msg"])],
  ["410 with HTML", respond(410, page)],
  ["200 with HTML", respond(200, page)],
  ["202", respond(202)],
  ["302 to a login page", respond(302, "", { headers: { location: "/login" } })],
])("%s proves nothing: the step fails", async (_, fault) => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.inject("DELETE /tokens/self", fault, { times: "always" });
  const step = await runCompanion("revoke", action, main.job.user, {
    inputs: { token, timeout: "3s" },
    hidden: [token],
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toEqual([expect.stringContaining("The given Fastly token may still be alive")]);
  expect(step.summary).not.toContain("✅");
  expect(await main.job.alive()).toBe(1);
});

test("a limit on requests that is not in Fastly's form is not called Fastly's", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.inject("DELETE /tokens/self", respond(429, page), { times: "always" });
  const inputs = { token, timeout: "2s" };
  const step = await runCompanion("revoke", action, main.job.user, { inputs, hidden: [token] });
  expect(step.errors).toEqual([expect.stringContaining("not in the format of Fastly's API")]);
  expect(step.errors.join()).not.toContain("hourly limit");
});

test("one answer that Fastly does not know it proves nothing: asked again, it is revoked", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  const body = '{"msg":"Provided credentials are missing or invalid"}';
  const fault = respond(401, body, { contentType: "application/json" });
  await action.emulator.inject("DELETE /tokens/self", fault);
  const step = await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "1" }, annotations: [] });
  expect(await main.job.alive()).toBe(0);
});

test("a lost answer, and then a token that Fastly does not know: not counted as revoked", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  await action.emulator.inject("DELETE /tokens/self", respond(503, "", { when: "after" }));
  const step = await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" } });
  expect(step.log).toContain("so this step may have revoked it");
  expect(step.summary).not.toContain("✅");
});
