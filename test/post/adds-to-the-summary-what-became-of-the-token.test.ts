import { useAction, without } from "../support/action.ts";
import { cut } from "../support/faults.ts";

const action = useAction();

test("revoked, and gone already", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  const first = await job.run("post");
  expect(first.summary).toContain(`<code>${outputs["token-id"]}</code>`);
  expect(first.summary).toContain("✅ Revoked after ");
  expect((await job.run("post")).summary).toContain("Already gone");
});

test("nothing where it is not wanted, or has no file", async () => {
  const silent = await action.job({ inputs: { summary: "false" } });
  await silent.run("main");
  expect(await silent.run("post")).toMatchObject({ conclusion: "success", summary: "" });
  const job = await action.job();
  await job.run("main");
  expect(await job.run("post", without("GITHUB_STEP_SUMMARY"))).toMatchObject({ conclusion: "success" });
});

test("one block, led by the outcome: scope, services, ID and expiry; the name comes last and short", async () => {
  const user = await action.user();
  const inputs = { scope: "purge_all purge_select", services: user.services.join(" "), label: "<b>`|`</b>" };
  const job = await action.job({ user, inputs });
  const { outputs } = await job.run("main");
  const { summary } = await job.run("post");
  expect(summary).toMatch(
    /^<h4>✅ Revoked after \d+ (s|min) · <code>purge_all purge_select<\/code> · 2 services<\/h4><p>Token /,
  );
  expect(summary).not.toContain("⚠️");
  for (const id of [outputs["token-id"], ...user.services]) expect(summary).toContain(`<code>${id}</code>`);
  expect(summary).toMatch(/was to expire at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const shown = /Name <code>(.*)…<\/code><\/p>\s*$/.exec(summary)?.[1] ?? "";
  expect(shown.length).toBeLessThanOrEqual(50);
  expect(outputs.name?.startsWith(shown)).toBe(true);
});

test.each([
  ["global", "one service", { scope: "global" }, "⚠️ <code>global</code> · 1 service<"],
  ["purge_all", "every service", { services: "*" }, "<code>purge_all</code> · ⚠️ every service<"],
])("%s for %s catches the eye", async (_, __, inputs, headline) => {
  const job = await action.job({ inputs });
  await job.run("main");
  expect((await job.run("post")).summary).toContain(headline);
});

test("a token whose response was lost stands below the job's", async () => {
  await action.emulator.inject("POST /tokens", cut("after"));
  const job = await action.job();
  const { outputs } = await job.run("main");
  const { summary } = await job.run("post");
  const [block = "", others = ""] = summary.split("<ul>");
  expect(block).toContain(`Token <code>${outputs["token-id"]}</code>`);
  expect(others.match(/<li>/g)).toHaveLength(1);
  expect(others).toContain("✅ Revoked");
});
