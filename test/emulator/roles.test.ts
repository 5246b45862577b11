import { type AddedUser, type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

let engineer: AddedUser;
let stranger: AddedUser;
beforeAll(async () => {
  engineer = await emulator.addUser({ role: "engineer" });
  stranger = await emulator.addUser({ role: "superuser", customer: "new" });
});

const customerTokens = () => `/customer/${emulator.customerId}/tokens`;

test("a superuser lists and revokes the tokens of the customer", async () => {
  const theirs = await addKey(emulator, { user: engineer.userId });
  const { apiKey: key } = emulator;
  const list = await ask(emulator, "GET", customerTokens(), { key });
  expect((list.json as { user_id: string }[]).map((token) => token.user_id)).toContain(engineer.userId);
  expect((await ask(emulator, "GET", `/tokens/${theirs.id}`, { key })).status).toBe(200);
  expect((await ask(emulator, "DELETE", `/tokens/${theirs.id}`, { key })).status).toBe(204);
  expect((await ask(emulator, "GET", "/tokens/self", { key: theirs.key })).status).toBe(401);
});

test("a superuser’s own list holds the own tokens alone", async () => {
  await addKey(emulator, { user: engineer.userId });
  const { json } = await ask(emulator, "GET", "/tokens", { key: emulator.apiKey });
  expect(new Set((json as { user_id: string }[]).map((token) => token.user_id))).toEqual(
    new Set([emulator.userId]),
  );
});

test.each(["engineer", "user"] as const)(
  "another user (%s) sees and revokes the own tokens alone",
  async (role) => {
    const { userId } = await emulator.addUser({ role });
    const { key } = await addKey(emulator, { user: userId });
    const own = await addKey(emulator, { user: userId });
    const theirs = await addKey(emulator, { user: engineer.userId });
    expect((await ask(emulator, "GET", customerTokens(), { key })).status).toBe(403);
    expect((await ask(emulator, "GET", `/tokens/${theirs.id}`, { key })).status).toBe(403);
    expect((await ask(emulator, "DELETE", `/tokens/${theirs.id}`, { key })).status).toBe(403);
    expect((await emulator.liveTokens()).map((token) => token.id)).toContain(theirs.id);
    expect((await ask(emulator, "DELETE", `/tokens/${own.id}`, { key })).status).toBe(204);
  },
);

test("a superuser has no say over another customer", async () => {
  const { key } = await addKey(emulator, { user: stranger.userId });
  const theirs = await addKey(emulator, { user: engineer.userId });
  expect((await ask(emulator, "GET", customerTokens(), { key })).status).toBe(403);
  expect((await ask(emulator, "DELETE", `/tokens/${theirs.id}`, { key })).status).toBe(403);
});

test("an ID that no token has is 404", async () => {
  const { apiKey: key } = emulator;
  for (const method of ["GET", "DELETE"]) {
    const answer = await ask(emulator, method, "/tokens/unknown", { key });
    expect(answer).toMatchObject({ status: 404, json: { msg: "Record not found" } });
  }
});
