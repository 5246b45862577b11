import { listTokensCustomer } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("lists the tokens of a customer's users for a superuser", async () => {
  const { customerId, apiKey } = client.emulator;
  const { userId } = await client.emulator.addUser();
  const { id } = await keyOf(client.emulator, "purge_all", userId);
  const tokens = await listTokensCustomer(client.connect(), apiKey, customerId);
  expect(tokens.find((token) => token.id === id)).toMatchObject({ userId, customerId });
});

test("is forbidden to others", async () => {
  const { userId, customerId } = await client.emulator.addUser();
  const { key } = await keyOf(client.emulator, "global", userId);
  expect((await errorOf(listTokensCustomer(client.connect(), key, customerId))).code).toBe("forbidden");
});

test("a customer ID that would make another path is not sent", async () => {
  await expect(listTokensCustomer(client.connect(), "key", "../tokens")).rejects.toThrow(TypeError);
});
