import { getTokenCurrent } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("describes the token that asks, with its last use", async () => {
  const { key, id } = await keyOf(client.emulator, "purge_all");
  expect(await getTokenCurrent(client.connect(), key)).toMatchObject({
    id,
    scope: "purge_all",
    lastUsedAt: expect.stringMatching(/Z$/),
  });
});

test("a key that is unknown, and one that is dead", async () => {
  expect((await errorOf(getTokenCurrent(client.connect(), "unknown"))).code).toBe("forbidden");
  const [dead] = await client.emulator.addTokens([{ expires_at: "2020-01-01T00:00:00Z" }]);
  const error = await errorOf(getTokenCurrent(client.connect(), dead?.access_token ?? ""));
  expect(error).toMatchObject({
    code: "expired-key",
    msg: `Token ${dead?.id} expired at 2020-01-01T00:00:00Z`,
  });
});

test.each(["", "two words", "line\nend", "ключ"])("%j cannot be sent as a key: nothing is", async (key) => {
  const before = (await client.emulator.requests()).length;
  await expect(getTokenCurrent(client.connect(), key)).rejects.toThrow(TypeError);
  expect(await client.emulator.requests()).toHaveLength(before);
});
