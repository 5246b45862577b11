import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import { respond } from "../support/faults.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();
const notKnown = "Fastly does not know this ID: the token has already ended, or the ID is mistyped.";

async function revoke(user: Parameters<typeof credentials>[0], tokenIds: string, inputs = {}) {
  return runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": tokenIds, ...inputs },
  });
}

test("an ID without its last character: said before anything is sent, then warned of; the token lives", async () => {
  const user = await action.user();
  const [id = ""] = await addTokens(action.emulator, user.userId, 1);
  const short = id.slice(0, -1);
  const step = await revoke(user, short);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, errors: [] });
  const [first] = step.log.split("\n").filter((line) => line.includes(short));
  expect(first).toContain("has 21 characters, but Fastly's IDs have 22, so it is probably mistyped.");
  expect(step.warnings).toEqual([expect.stringContaining(`${short}. ${notKnown}`)]);
  expect(step.summary).not.toContain("✅");
  expect(await live(user.userId)).toEqual([id]);
});

test("one with a wrong character, as long as an ID", async () => {
  const user = await action.user();
  const [id = ""] = await addTokens(action.emulator, user.userId, 1);
  const wrong = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
  const step = await revoke(user, wrong);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, errors: [] });
  expect(step.warnings).toEqual([`Nothing was revoked for token ID ${wrong}. ${notKnown}`]);
  expect(await live(user.userId)).toEqual([id]);
});

test("a short one is described by its place: it could be part of a secret", async () => {
  const user = await action.user();
  const step = await revoke(user, `${unknownId()},hunter2`);
  expect(step.warnings).toHaveLength(2);
  expect(step.warnings[1]).toContain("token ID (item 2 of 2 (7 characters))");
  expect(step.log + step.summary).not.toContain("hunter2");
});

test("one lost response proves no revocation of an ID that Fastly does not know", async () => {
  const user = await action.user();
  const id = unknownId();
  await action.emulator.inject("DELETE /tokens/:id", respond(503));
  const step = await revoke(user, id);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "0" }, errors: [] });
  expect(step.warnings).toEqual([expect.stringContaining(notKnown)]);
  expect(step.warnings[0]).toContain(`The revocation was not confirmed for token ID ${id}.`);
  expect(step.summary).not.toContain("✅");
});

test.each(["by itself", "among others"])(
  "a token that is not known everywhere yet, %s: found at a second look",
  async (where) => {
    const user = await action.user();
    const others = where === "by itself" ? [] : await addTokens(action.emulator, user.userId, 3);
    const [fresh = ""] = await addTokens(action.emulator, user.userId, 1);
    const ids = [...others, fresh];
    const body = '{"msg":"Record not found","detail":"Cannot load token"}';
    const fault = respond(404, body, { contentType: "application/json" });
    await action.emulator.inject("DELETE /tokens", fault);
    await action.emulator.inject(`DELETE /tokens/${fresh}`, fault);
    const step = await revoke(user, ids.join(" "));
    expect(step).toMatchObject({
      conclusion: "success",
      outputs: { revoked: String(ids.length) },
      annotations: [],
    });
    expect(await live(user.userId)).toEqual([]);
  },
);

test("a helper that is not known everywhere yet is used a moment later", async () => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  await action.emulator.settings({ keyLagMs: 700 });
  try {
    const step = await revoke(user, ids.join(" "));
    expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "2" }, annotations: [] });
    expect(await live(user.userId)).toEqual([]);
  } finally {
    await action.emulator.settings({ keyLagMs: 0 });
  }
});

test.each([
  ["404 with HTML", respond(404, "<html>")],
  ["404 without a body", respond(404)],
  ["404 with JSON of somebody else", respond(404, { message: "Not Found" })],
  ["410", respond(410, "<html>")],
  ["200", respond(200, {})],
])("%s proves nothing about an ID: the step fails", async (_, fault) => {
  const user = await action.user();
  const [id = ""] = await addTokens(action.emulator, user.userId, 1);
  await action.emulator.inject("DELETE /tokens/:id", fault, { times: "always" });
  const step = await revoke(user, id, { timeout: "4s" });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" } });
  expect(step.errors).toEqual([expect.stringContaining(`Fastly token ${id} may still be alive`)]);
  expect(step.summary).not.toContain("✅");
  expect(await live(user.userId)).toEqual([id]);
});

test("a key that dies while Fastly answers 404: it is the key, not the ID", async () => {
  const user = await action.user();
  const [id = ""] = await addTokens(action.emulator, user.userId, 1);
  const [key] = await action.emulator.addTokens([{ user: user.userId, name: "the key" }]);
  const apiKey = key?.access_token ?? "";
  const unknownId = respond(404, { msg: "Record not found" });
  await action.emulator.inject("DELETE /tokens/:id", unknownId, { times: "always" });
  const unknownKey = respond(401, { msg: "Provided credentials are missing or invalid" });
  await action.emulator.inject("GET /tokens/self", unknownKey, { times: "always", skip: 1 });
  const step = await runCompanion("revoke", action, user, {
    inputs: { "api-key": apiKey, "token-ids": id },
    hidden: [apiKey],
  });
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "0" }, warnings: [] });
  expect(step.errors).toEqual([expect.stringContaining("Check the input api-key")]);
});

test.each([401, 403, 404])("a bad key, refused with %i: it is the key", async (status) => {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 2);
  await action.emulator.inject("GET /tokens/self", respond(status, { msg: "no" }), { times: "always" });
  const apiKey = "0123456789abcdefghijABCDEFGHIJ01";
  const step = await runCompanion("revoke", action, user, {
    inputs: { "api-key": apiKey, "token-ids": ids.join(" ") },
    hidden: [apiKey],
  });
  expect(step).toMatchObject({
    conclusion: "failure",
    outputs: {},
    requests: [`GET /tokens/self ${status}`],
  });
  expect(step.errors).toEqual([
    expect.stringMatching(/^Nothing was revoked\. The key in the input api-key was rejected/),
  ]);
});

async function live(userId: string): Promise<string[]> {
  return (await action.emulator.liveTokens(userId)).map(({ id }) => id);
}
