import { listTokensUser } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("lists the live tokens of the user that asks, however many", async () => {
  const { userId } = await client.emulator.addUser();
  const { key } = await keyOf(client.emulator, "global", userId);
  await client.emulator.addTokens(
    Array.from({ length: 2_000 }, (_, n) => ({ user: userId, name: `token ${n}` })),
  );
  const tokens = await listTokensUser(client.connect(), key);
  expect(tokens).toHaveLength(2_001);
  expect(new Set(tokens.map((token) => token.userId))).toEqual(new Set([userId]));
});

test("a key that may not read", async () => {
  const { key } = await keyOf(client.emulator, "purge_all");
  expect((await errorOf(listTokensUser(client.connect(), key))).code).toBe("forbidden");
});

test("an answer that is not a list, or holds something that is not a token, is refused", async () => {
  const noList = await errorOf(listTokensUser(await client.answering(200, { data: [] }), "key"));
  expect(noList.message).toBe("GET /tokens: the response is not a list");
  const noToken = await errorOf(listTokensUser(await client.answering(200, [null]), "key"));
  expect(noToken.message).toBe("GET /tokens: [0] is not an object");
});

test("what cannot be believed is left out, and reported, where the caller says so", async () => {
  const { key } = await keyOf(client.emulator);
  const api = client.connect();
  const [good] = await listTokensUser(api, key);
  const reported: string[] = [];
  const answer = [{ id: "abc", name: null }, null];
  const tokens = await listTokensUser(await client.answering(200, answer), "key", ({ message }) =>
    reported.push(message),
  );
  expect(good).toBeDefined();
  expect(tokens).toEqual([]);
  expect(reported).toEqual([
    "GET /tokens: the field [0].name of the response is missing",
    "GET /tokens: [1] is not an object",
  ]);
});
