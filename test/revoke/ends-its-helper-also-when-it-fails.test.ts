import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import type { Fault } from "../support/emulator.ts";
import { addTokens } from "./tokens.ts";

const action = useAction();

test.each<[string, Fault]>([
  ["refused", { kind: "answer", when: "before", status: 401, body: '{"msg":"no"}' }],
  ["never answered", { kind: "stall", when: "before" }],
])("bulk is %s: the step fails, and the helper is gone", async (_, fault) => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 3);
  await action.emulator.fault({ match: { method: "DELETE", path: "/tokens" }, times: "always", fault });
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(), timeout: "3s" },
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toHaveLength(3);
  const alive = await action.emulator.liveTokens(user.userId);
  expect(alive.map(({ id }) => id)).toEqual(ids);
});

test("a helper that cannot be ended is told of, with its ID and when it dies", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.fault({
      match: { method: "DELETE", path },
      times: "always",
      fault: { kind: "answer", when: "before", status: 503 },
    });
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(), timeout: "2s" },
  });
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "2" } });
  const [helper] = await action.emulator.liveTokens(user.userId);
  expect(step.warnings).toEqual([expect.stringContaining(`${helper?.id} was not revoked`)]);
  expect(step.warnings[0]).toContain(helper?.expires_at);
});

test("refused credentials are sent once", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), password: "not the password", "token-ids": ids.join() },
  });
  expect(step.conclusion).toBe("failure");
  expect(step.errors).toEqual([expect.stringContaining("Fastly refused the username or the password.")]);
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
  expect(step.errors).toEqual([expect.stringContaining("Check the user's role, and the input api-key")]);
  expect(step.errors[0]).not.toContain("unexpected");
  expect(step.requests).toEqual(["GET /tokens/self 403"]);
});

test("an API that cannot be reached is told as such", async () => {
  const user = await action.user();
  const step = await runCompanion("revoke", action, user, {
    inputs: {
      "api-key": "some-key-or-other",
      "token-ids": "abc",
      "api-url": "http://127.0.0.1:9",
      timeout: "1s",
    },
  });
  expect(step.errors).toEqual([expect.stringContaining("Fastly's API could not be reached.")]);
});
