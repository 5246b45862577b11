import { bulkRevokeTokens } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("revokes several tokens in one request, and no other", async () => {
  const { key, id: own } = await keyOf(client.emulator);
  const others = [await keyOf(client.emulator), await keyOf(client.emulator)];
  const before = (await client.emulator.requests()).length;
  await bulkRevokeTokens(
    client.connect(),
    key,
    others.map(({ id }) => id),
  );
  expect(await client.emulator.requests()).toHaveLength(before + 1);
  const live = (await client.emulator.liveTokens()).map((token) => token.id);
  expect(live).toContain(own);
  for (const { id } of others) expect(live).not.toContain(id);
});

test("one that is unknown refuses them all", async () => {
  const { key, id } = await keyOf(client.emulator);
  expect((await errorOf(bulkRevokeTokens(client.connect(), key, [id, "none"]))).code).toBe("not-found");
  await client.emulator.settings({ bulkMaximum: 1 });
  expect((await errorOf(bulkRevokeTokens(client.connect(), key, [id, id]))).code).toBe("bad-request");
  await client.emulator.settings({ bulkMaximum: null });
});

test("what is not an ID is not sent", async () => {
  await expect(bulkRevokeTokens(client.connect(), "key", ["a", "b/c"])).rejects.toThrow(TypeError);
});

test("nothing to revoke: nothing is sent", async () => {
  const before = (await client.emulator.requests()).length;
  await bulkRevokeTokens(client.connect(), "key", []);
  expect(await client.emulator.requests()).toHaveLength(before);
});
