import { useAction } from "../support/action.ts";
import { credentials, rowsOf, runCompanion } from "../support/companion.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();

test("IDs that are gone or unknown, among good ones: those are revoked all the same", async () => {
  const user = await action.user();
  const [goneId = "", ...ids] = await addTokens(action.emulator, user.userId, 5);
  await revoke(user, [goneId]);
  const unknown = unknownId();
  const step = await revoke(user, [unknown, ...ids.slice(0, 2), goneId, ...ids.slice(2)]);
  expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: "4" }, errors: [] });
  for (const id of ids) expect(step.log).toContain(`Revoked Fastly token ${id}.`);
  expect(step.warnings).toEqual([
    `Nothing was revoked for token IDs ${unknown}, ${goneId}. Fastly does not know these IDs: the tokens have already ended, or the IDs are mistyped.`,
  ]);
  expect(await live(user.userId)).toEqual([]);
});

test("another user's token stays, and fails the step; the others are revoked", async () => {
  const user = await action.user();
  const other = await action.user();
  const ids = await addTokens(action.emulator, user.userId, 6);
  const [foreign = ""] = await addTokens(action.emulator, other.userId, 1);
  const step = await revoke(user, [...ids.slice(0, 3), foreign, ...ids.slice(3)]);
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "6" } });
  expect(step.errors).toEqual([expect.stringContaining(`Fastly token ${foreign} was not revoked.`)]);
  expect(step.errors[0]).toContain("HTTP 403");
  expect(rowsOf(step.summary)).toContainEqual([
    `<code>${foreign}</code>`,
    expect.stringContaining("⚠️ Not revoked"),
  ]);
  expect(await live(user.userId)).toEqual([]);
  expect(await live(other.userId)).toEqual([foreign]);
});

test.each([10, 11, 30])(
  "%i tokens of another user before good ones: each good one is tried, and one error names the others",
  async (count) => {
    const user = await action.user();
    const other = await action.user();
    const foreign = await addTokens(action.emulator, other.userId, count);
    const ids = await addTokens(action.emulator, user.userId, 5);
    const step = await revoke(user, [...foreign, ...ids]);
    expect(await live(user.userId)).toEqual([]);
    expect(await live(other.userId)).toEqual(foreign);
    expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "5" } });
    expect(step.errors).toEqual([
      expect.stringMatching(/^Fastly tokens \w{22}, .* were not revoked\. Fastly does not allow this/),
    ]);
  },
);

test("a superuser revokes what others of the customer own, and nobody else's", async () => {
  const superuser = await action.emulator.addUser({ customer: "new", role: "superuser" });
  const colleague = await action.user({ customer: superuser.customerId });
  const stranger = await action.user();
  const ids = await addTokens(action.emulator, colleague.userId, 2);
  const [foreign = ""] = await addTokens(action.emulator, stranger.userId, 1);
  const step = await revoke(superuser, [...ids, foreign]);
  expect(step).toMatchObject({ conclusion: "failure", outputs: { revoked: "2" } });
  expect(await live(colleague.userId)).toEqual([]);
  expect(await live(stranger.userId)).toEqual([foreign]);
});

test.each([1, 3, 100])("a bulk of more than %i is refused: smaller ones pass", async (bulkMaximum) => {
  const user = await action.user();
  await action.emulator.settings({ bulkMaximum, tokenLimit: 1000 });
  const ids = await addTokens(action.emulator, user.userId, bulkMaximum * 2 + 3);
  try {
    const step = await revoke(user, ids);
    expect(step).toMatchObject({ conclusion: "success", outputs: { revoked: String(ids.length) } });
    expect(await live(user.userId)).toEqual([]);
  } finally {
    await action.emulator.settings({ bulkMaximum: null, tokenLimit: 100 });
  }
});

function revoke(user: Parameters<typeof credentials>[0], ids: readonly string[]) {
  return runCompanion("revoke", action, user, {
    inputs: { ...credentials(user), "token-ids": ids.join("\n") },
  });
}

async function live(userId: string): Promise<string[]> {
  return (await action.emulator.liveTokens(userId)).map(({ id }) => id);
}
