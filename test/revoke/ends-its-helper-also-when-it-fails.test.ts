import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import type { Fault } from "../support/emulator.ts";
import { respond, stall } from "../support/faults.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();

test.each<[string, Fault]>([
  ["refused with HTML", respond(401, "<html>")],
  ["redirected", respond(302, "", { headers: { location: "/" } })],
  ["answered with 200", respond(200, {})],
  ["refused", respond(401, { msg: "no" })],
  ["never answered", stall("before")],
])(
  "bulk is %s: the step fails with one problem for all of them, and the helper is gone",
  async (_, fault) => {
    const user = await action.user();
    const ids = await addTokens(action.emulator, user.userId, 3);
    await action.emulator.inject("DELETE /tokens", fault, { times: "always" });
    const step = await runCompanion("revoke", action, user, {
      inputs: { ...credentials(user), "token-ids": ids.join(), timeout: "3s" },
    });
    expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
    expect(step.errors).toEqual([
      expect.stringMatching(`^Fastly tokens ${ids.join(", ")} (were not|may still)`),
    ]);
    expect(step.summary.match(/⚠️ (Not|May)/g)).toHaveLength(3);
    expect(step.summary).not.toContain("✅");
    const alive = await action.emulator.liveTokens(user.userId);
    expect(alive.map(({ id }) => id)).toEqual(ids);
  },
);

test("a helper that cannot be ended is reported, with its ID and its expiry", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.inject(`DELETE ${path}`, respond(503), { times: "always" });
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(), timeout: "2s" },
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "2" } });
  const [helper] = await action.emulator.liveTokens(user.userId);
  expect(step.warnings).toEqual([
    expect.stringContaining(`Leftover helper token ${helper?.id} may be alive`),
  ]);
  expect(step.warnings[0]).toContain(helper?.expires_at);
  expect(step.warnings[0]).toContain("HTTP 503");
});

test("refused credentials are sent once", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), password: "not the password", "token-ids": ids.join() },
  });
  expect(step.conclusion).toBe("failure");
  expect(step.errors).toEqual([expect.stringContaining("Fastly rejected the username or password.")]);
  expect(step.requests).toEqual(["POST /tokens 400"]);
});

test("a key that Fastly does not know is named as such", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  const step = await runCompanion("revoke", action, user, {
    inputs: { "api-key": "no-key-of-fastlys-at-all", "token-ids": ids.join() },
    hidden: ["no-key-of-fastlys-at-all"],
  });
  expect(step.conclusion).toBe("failure");
  expect(step.errors).toEqual([expect.stringContaining("The key in the input api-key was rejected")]);
  expect(step.errors[0]).not.toContain("unexpected");
  expect(step.requests).toEqual(["GET /tokens/self 403"]);
});

test("an API that cannot be reached is reported as that", async () => {
  const user = await action.user();
  const step = await runCompanion("revoke", action, user, {
    inputs: {
      "api-key": "some-key-or-other",
      "token-ids": unknownId(),
      "api-url": "http://127.0.0.1:9",
      timeout: "2s",
    },
  });
  expect(step.errors).toEqual([expect.stringContaining("Fastly's API could not be reached.")]);
});

test("one outage is one problem, and what it leaves of helpers is one line", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 3);
  for (const path of ["/tokens", "/tokens/self", "/tokens/:id"])
    await action.emulator.inject(`DELETE ${path}`, respond(503), { times: "always" });
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(" "), timeout: "3s" },
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toEqual([expect.stringContaining("HTTP 503")]);
  const helper = (await action.emulator.liveTokens(user.userId)).find(({ id }) => !ids.includes(id));
  expect(step.warnings).toEqual([
    `Leftover helper token ${helper?.id} may be alive; it expires at ${helper?.expires_at}.`,
  ]);
});
