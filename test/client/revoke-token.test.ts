import { revokeToken } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("revokes a token by its ID", async () => {
  const { key } = await keyOf(client.emulator);
  const { id } = await keyOf(client.emulator);
  await revokeToken(client.connect(), key, id);
  expect((await client.emulator.liveTokens()).map((token) => token.id)).not.toContain(id);
});

test("401, 403, 404 and a revocation error have codes of their own", async () => {
  const { key, id } = await keyOf(client.emulator);
  const api = client.connect();
  expect((await errorOf(revokeToken(api, key, "none"))).code).toBe("not-found");
  expect((await errorOf(revokeToken(api, "unknown", id))).code).toBe("forbidden");
  const dead = await client.emulator.addTokens([{ expires_at: "2020-01-01T00:00:00Z" }]);
  expect((await errorOf(revokeToken(api, dead[0]?.access_token ?? "", id))).code).toBe("expired-key");
  const failing = await client.answering(400, { msg: "Bad request", detail: "revocation limit" });
  expect((await errorOf(revokeToken(failing, key, id))).code).toBe("bad-request");
});

test("another user's token is not one's own to revoke", async () => {
  const { userId } = await client.emulator.addUser();
  const { key } = await keyOf(client.emulator, "global", userId);
  const { id } = await keyOf(client.emulator);
  expect((await errorOf(revokeToken(client.connect(), key, id))).code).toBe("forbidden");
});

test("an ID that would make another path is not sent", async () => {
  await expect(revokeToken(client.connect(), "key", "self")).rejects.toThrow(TypeError);
});
