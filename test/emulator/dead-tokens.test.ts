import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask, createToken, inSeconds } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function self(method: string, key: string) {
  return ask(emulator, method, "/tokens/self", { key });
}

test("no key is 401, and a key of no token 403", async () => {
  expect((await ask(emulator, "GET", "/tokens/self")).status).toBe(401);
  expect((await self("GET", "")).status).toBe(401);
  expect((await self("GET", "garbage")).status).toBe(403);
});

test("a token dies at expires_at, by the emulator’s clock", async () => {
  const { id, access_token: key } = await createToken(emulator, { expires_at: inSeconds(60) });
  expect((await self("GET", key)).status).toBe(200);
  await emulator.settings({ clockOffsetMs: 61_000 });
  expect((await self("GET", key)).status).toBe(401);
  expect((await self("DELETE", key)).status).toBe(401);
  expect((await ask(emulator, "GET", `/tokens/${id}`, { key: emulator.apiKey })).status).toBe(404);
  expect((await emulator.tokens()).find((token) => token.id === id)).toMatchObject({ state: "expired" });
  await emulator.settings({ clockOffsetMs: 0 });
});

test.each([401, 403] as const)(
  "a revoked token is answered %d where a test says so",
  async (revokedStatus) => {
    await emulator.settings({ revokedStatus });
    const { id, access_token: key } = await createToken(emulator);
    const revoked = await self("DELETE", key);
    expect(revoked).toMatchObject({ status: 204, text: "" });
    expect((await self("DELETE", key)).status).toBe(revokedStatus);
    expect((await self("GET", key)).status).toBe(revokedStatus);
    expect((await emulator.tokens()).find((token) => token.id === id)).toMatchObject({
      state: "revoked",
      revoked_at: expect.any(String),
    });
  },
);

test("a token that was revoked by ID is gone: from lists, and for a second revocation", async () => {
  const { id } = await addKey(emulator, {});
  const { apiKey: key } = emulator;
  expect(await ask(emulator, "DELETE", `/tokens/${id}`, { key })).toMatchObject({ status: 204, text: "" });
  expect((await ask(emulator, "DELETE", `/tokens/${id}`, { key })).status).toBe(404);
  expect((await ask(emulator, "GET", `/tokens/${id}`, { key })).status).toBe(404);
  expect((await ask(emulator, "GET", "/tokens", { key })).text).not.toContain(id);
});

test("a live token may be forbidden to revoke itself", async () => {
  await emulator.settings({ selfRevokeForbidden: true });
  const { id, key } = await addKey(emulator, {});
  expect((await self("DELETE", key)).status).toBe(403);
  expect((await emulator.liveTokens()).map((token) => token.id)).toContain(id);
  expect((await ask(emulator, "DELETE", `/tokens/${id}`, { key })).status).toBe(204);
});
