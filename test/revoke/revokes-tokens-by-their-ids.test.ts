import { useAction } from "../support/action.ts";
import { credentials, rowsOf, runCompanion } from "../support/companion.ts";
import { cut } from "../support/faults.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();

test("several go in one bulk request, with a helper token that is gone afterwards", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 4);
  const others = await addTokens(action.emulator, user.userId, 2);
  const [first = "", second = "", third = "", fourth = ""] = ids;
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": `${first}, ${second}\n${third} ${fourth} ${first}` },
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "4" }, annotations: [] });
  expect(step.requests).toEqual(["POST /tokens 200", "DELETE /tokens 204", "DELETE /tokens/self 204"]);
  for (const id of ids) expect(step.log).toContain(`Revoked Fastly token ${id}.`);
  expect(await live(user.userId)).toEqual(others);
});

test("from another job: the ID that main gave crosses, and its post stays calm", async () => {
  const main = await action.main();
  const { user } = main.job;
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": main.outputs["token-id"] ?? "" },
    jobId: "clean-up",
    hidden: [main.outputs.token ?? ""],
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "1" } });
  expect(await main.job.alive()).toBe(0);
  const post = await main.job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
});

test("the helper lives for two minutes and says whose it is", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 1);
  await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join() },
    runId: "4711",
    jobId: "clean-up",
  });
  const helper = (await action.emulator.tokens()).find(({ name }) => name.includes("runs/4711/"));
  expect(helper).toMatchObject({
    state: "revoked",
    name: expect.stringMatching(/ use=revoke( check=\d+)? job=clean-up/),
    scope: "global",
  });
  const lifeMs = Date.parse(helper?.expires_at ?? "") - Date.parse(helper?.created_at ?? "");
  expect(lifeMs).toBeLessThanOrEqual(121_000);
});

test("with two-factor authentication", async () => {
  const user = await action.user({ totp: true });
  const ids = await addTokens(action.emulator, user.userId, 2);
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(" ") },
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "2" } });
  expect(await live(user.userId)).toEqual([]);
});

test("with a key: no helper is made, and the key itself comes last", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  const [key] = await action.emulator.addTokens([{ user: user.userId, name: "the key" }]);
  const apiKey = key?.access_token ?? "";
  const step = await runCompanion("revoke", action, user, {
    inputs: { "api-key": apiKey, "token-ids": [key?.id, ...ids].join() },
    hidden: [apiKey],
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "3" } });
  expect(step.requests).toEqual(["GET /tokens/self 200", "DELETE /tokens 204", "DELETE /tokens/self 204"]);
  expect(await live(user.userId)).toEqual([]);
});

test("a key that is not among them stays", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 1);
  const [key] = await action.emulator.addTokens([{ user: user.userId, name: "the key" }]);
  const apiKey = key?.access_token ?? "";
  await runCompanion("revoke", action, user, {
    inputs: { "api-key": apiKey, "token-ids": ids.join() },
    hidden: [apiKey],
  });
  expect(await live(user.userId)).toEqual([key?.id]);
});

test("the summary shows the status of each", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 1);
  const gone = unknownId();
  const inputs = { ...credentials(user), "token-ids": [...ids, gone].join() };
  const step = await runCompanion("revoke", action, user, { inputs });
  expect(rowsOf(step.summary).slice(-2)).toEqual([
    [`<code>${gone}</code>`, "⚠️ Fastly does not know it: already ended, or mistyped"],
    [`<code>${ids[0]}</code>`, "✅ Revoked"],
  ]);
  const quiet = await runCompanion("revoke", action, user, { inputs: { ...inputs, summary: "false" } });
  expect(quiet).toMatchObject({ conclusion: "success", summary: "" });
});

async function live(userId: string): Promise<string[]> {
  return (await action.emulator.liveTokens(userId)).map(({ id }) => id);
}

test("a bulk whose response was lost: nobody has seen the tokens, so nothing is claimed of them", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 4);
  const fault = cut("after");
  await action.emulator.inject("DELETE /tokens", fault);
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join() },
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, errors: [] });
  expect(step.warnings).toEqual([expect.stringContaining("this step may have revoked them")]);
  for (const id of ids) expect(step.warnings[0]).toContain(id);
  expect(step.summary).not.toContain("✅");
  expect(await live(user.userId)).toEqual([]);
});
