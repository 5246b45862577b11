import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import { respond } from "../support/faults.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();

function auditOf({ outputs }: { outputs: Record<string, string> }): Record<string, unknown> {
  expect(outputs.audit).not.toContain("\n");
  return JSON.parse(outputs.audit ?? "");
}

test("IDs: the status of each, and the helper token that revoked them", async () => {
  const user = await action.user();
  const other = await action.user();
  const [id = ""] = await addTokens(action.emulator, user.userId, 1);
  const [foreign = ""] = await addTokens(action.emulator, other.userId, 1);
  const unknown = unknownId();
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": [unknown, id, foreign, "hunter2"].join(" ") },
  });
  const manifest = parse(await readFile("revoke/action.yml", "utf8"));
  expect(Object.keys(step.outputs).sort()).toEqual(Object.keys(manifest.outputs).sort());
  const helper = (await action.emulator.tokens()).find(({ name }) => name.includes("use=revoke"));
  expect(auditOf(step)).toEqual({
    api_url: action.emulator.url,
    key_id: helper?.id,
    leftover_helpers: [],
    left_out: 0,
    tokens: [
      { token_id: unknown, status: "not_known" },
      { token_id: id, status: "revoked" },
      { token_id: foreign, status: "unknown", reason: "forbidden" },
      // It could be a part of a secret.
      { token_id: null, status: "not_known" },
    ],
  });
});

test("a token that revokes itself", async () => {
  const main = await action.main();
  const { token = "" } = main.outputs;
  const step = await runCompanion("revoke", action, main.job.user, { inputs: { token }, hidden: [token] });
  expect(auditOf(step)).toEqual({
    api_url: action.emulator.url,
    left_out: 0,
    tokens: [{ token_id: null, status: "revoked" }],
  });
});

test("a helper token that may still be alive is among the leftovers", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 1);
  for (const path of ["/tokens/self", "/tokens/:id"])
    await action.emulator.inject(`DELETE ${path}`, respond(503), { times: "always" });
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join(), timeout: "3s" },
  });
  const helper = (await action.emulator.liveTokens(user.userId)).find(({ id }) => !ids.includes(id));
  expect(auditOf(step)).toMatchObject({
    leftover_helpers: [{ token_id: helper?.id, token_name: helper?.name, expires_at: helper?.expires_at }],
    tokens: [{ token_id: ids[0], status: "unknown", reason: "server_error" }],
  });
});

test("a step that is refused sets none", async () => {
  const user = await action.user();
  const inputs = { ...credentials(user), password: "wrong", "token-ids": unknownId() };
  expect(await runCompanion("revoke", action, user, { inputs })).toMatchObject({
    conclusion: "failure",
    outputs: {},
  });
});
