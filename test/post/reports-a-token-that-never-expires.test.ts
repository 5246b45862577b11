import { messagesOf, useAction } from "../support/action.ts";
import { cut, edit } from "../support/faults.ts";

const action = useAction();

const withoutExpiry = edit({ set: { expires_at: null } });

/** Neither the job's token nor a helper can be revoked, and none of them expires. */
async function runPost() {
  const job = await action.job({ inputs: { timeout: "4s" } });
  await action.emulator.inject("POST /tokens", withoutExpiry);
  for (const path of ["/tokens/self", "/tokens/:id"] as const)
    await action.emulator.inject(`DELETE ${path}`, cut("before"), { times: "always" });
  const main = await job.run("main");
  expect(messagesOf(main, "error").join()).toContain("it never expires");
  await action.emulator.inject("POST /tokens", cut("after"));
  await action.emulator.inject("POST /tokens", withoutExpiry, { times: "always" });
  return job.run("post");
}

test("a token and a leftover helper without an expiry: the log does not name a time", async () => {
  const [token, helpers, ...more] = messagesOf(await runPost(), "warning");
  expect(token).toMatch(/^Fastly token \w+ may be alive; it never expires\./);
  expect(token).not.toContain("it expires");
  expect(helpers).toMatch(/^Leftover helper tokens may be alive: .+\. One of them never expires\./);
  expect(more).toEqual([]);
});

test("neither does the summary", async () => {
  const { summary } = await runPost();
  expect(summary).toContain("never expires");
  expect(summary).not.toMatch(/at (?:never|null|undefined)/);
});
