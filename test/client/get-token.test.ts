import { getToken } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("describes a token by its ID", async () => {
  const { key } = await keyOf(client.emulator);
  const { id } = await keyOf(client.emulator, "purge_all purge_select");
  expect(await getToken(client.connect(), key, id)).toMatchObject({
    id,
    scope: "purge_all purge_select",
    services: [],
    userId: client.emulator.userId,
    expiresAt: null,
    lastUsedAt: null,
  });
});

test("401, 403 and 404 have codes of their own", async () => {
  const { key, id } = await keyOf(client.emulator);
  const api = client.connect();
  expect((await errorOf(getToken(api, key, "none"))).code).toBe("not-found");
  expect((await errorOf(getToken(api, "unknown", id))).code).toBe("forbidden");
  const dead = await client.emulator.addTokens([{ expires_at: "2020-01-01T00:00:00Z" }]);
  expect((await errorOf(getToken(api, dead[0]?.access_token ?? "", id))).code).toBe("expired-key");
});

test.each(["self", "", "a/b", "../x", "a?b", "é", "x".repeat(65)])(
  "%j is not an ID: nothing is sent",
  async (id) => {
    const before = (await client.emulator.requests()).length;
    await expect(getToken(client.connect(), "key", id)).rejects.toThrow(TypeError);
    expect(await client.emulator.requests()).toHaveLength(before);
  },
);
