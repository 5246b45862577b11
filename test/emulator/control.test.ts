import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

test("control requests are not in the journal, and no fault or limit meets them", async () => {
  await emulator.settings({ hourlyWriteLimit: 0 });
  await emulator.addUser();
  await expect(
    emulator.fault({
      match: { method: "GET", path: "/_emulator/*" },
      times: 1,
      fault: { kind: "cut", when: "before" },
    }),
  ).rejects.toThrow("no route");
  expect(await emulator.requests()).toEqual([]);
});

test("ten thousand tokens can be added past the limit", async () => {
  const added = await emulator.addTokens(
    Array.from({ length: 10_000 }, (_, i) => ({
      name: `orphan ${i}`,
      scope: "purge_all",
      created_at: "2021-01-14T11:47:46Z",
      expires_at: i % 2 === 0 ? null : "2021-01-14T12:47:46Z",
      services: [emulator.services[0] ?? ""],
    })),
  );
  expect(new Set(added.map(({ id }) => id)).size).toBe(10_000);
  expect(await emulator.tokens()).toHaveLength(10_001);
  expect(await emulator.liveTokens(emulator.userId)).toHaveLength(5001);
  const { status, json } = await ask(emulator, "GET", "/tokens/self", { key: added[0]?.access_token ?? "" });
  expect([status, json]).toMatchObject([200, { name: "orphan 0", created_at: "2021-01-14T11:47:46Z" }]);
});

test("users can be added, each with what it needs to sign in", async () => {
  const own = await emulator.addUser({
    username: "a@example.com",
    password: "b",
    role: "engineer",
    totp: true,
  });
  expect(own).toEqual({
    userId: expect.any(String),
    customerId: emulator.customerId,
    services: emulator.services,
    username: "a@example.com",
    password: "b",
    role: "engineer",
    totpSecret: expect.stringMatching(/^[A-Z2-7]{32}$/),
  });
  await expect(emulator.addUser({ username: "a@example.com" })).rejects.toThrow("exists");
  const other = await emulator.addUser({ customer: "new" });
  expect(other.customerId).not.toBe(emulator.customerId);
  expect(await emulator.addUser({ customer: other.customerId })).toMatchObject({ services: other.services });
});

test.each([{ tokenLimits: 1 }, { revokedStatus: 404 }, { clockOffsetMs: "1" }])(
  "the setting %p is refused",
  async (changes) => {
    await expect(emulator.settings(changes as never)).rejects.toThrow("400");
  },
);

test("an unknown user, customer or scope is refused, and an unknown control is 404", async () => {
  await expect(emulator.addTokens([{ user: "unknown" }])).rejects.toThrow("400");
  await expect(emulator.addTokens([{ scope: "root" }])).rejects.toThrow("400");
  await expect(emulator.addUser({ customer: "unknown" })).rejects.toThrow("400");
  expect((await ask(emulator, "GET", "/_emulator/unknown")).status).toBe(404);
});

test("the tokens of one user are separate from those of others", async () => {
  const user = await emulator.addUser();
  const [added] = await emulator.addTokens([{ user: user.userId }]);
  expect((await emulator.tokens(user.userId)).map(({ id }) => id)).toEqual([added?.id]);
  expect((await emulator.tokens()).length).toBeGreaterThan(1);
});
