import { addKey } from "../emulator/api.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { describeClient, type ForeignClient, startForeignClient } from "./foreign-client.ts";

type Token = { id: string; access_token: string };

describeClient("fastly-py", (command) => {
  let emulator: Emulator;
  let client: ForeignClient;

  beforeAll(async () => {
    emulator = await startEmulator();
    client = startForeignClient(command, emulator.url);
  });
  afterAll(async () => {
    await client.stop();
    await emulator.stop();
  });
  afterEach(async () => {
    expect((await emulator.requests()).filter((entry) => entry.unknownRoute)).toEqual([]);
  });

  async function state(id: string) {
    return (await emulator.tokens()).find((token) => token.id === id)?.state;
  }

  test("creates a token with username and password, and the token reads itself", async () => {
    const { username, password } = emulator;
    const { id, access_token: key } = (await client.run("create", { username, password })).value as Token;
    expect((await client.run("self", { key })).value).toMatchObject({ id, scope: "global" });
    expect((await client.run("get", { key: emulator.apiKey, id })).value).toMatchObject({ id });
  });

  test("asks for sudo in JSON, and creates a token with the key", async () => {
    const { username, password, apiKey: key } = emulator;
    expect((await client.run("sudo", { key, username, password })).value).toHaveProperty("expiry_time");
    expect((await client.run("create", { key })).value).toHaveProperty("access_token");
  });

  test("lists the tokens of a user and of the customer", async () => {
    const { userId: user } = await emulator.addUser();
    const { id: other } = await addKey(emulator, { user });
    const ids = async (op: string) =>
      ((await client.run(op, { key: emulator.apiKey, customer: emulator.customerId })).value as Token[]).map(
        (token) => token.id,
      );
    expect(await ids("list")).not.toContain(other);
    expect(await ids("customer")).toContain(other);
  });

  test("revokes by ID, in bulk, and a token itself", async () => {
    const [byId, itself, ...bulk] = await emulator.addTokens([{}, {}, {}, {}]);
    const { apiKey: key } = emulator;
    expect(await client.run("revoke", { key, id: byId?.id })).not.toHaveProperty("status");
    expect(await client.run("revoke-self", { key: itself?.access_token })).not.toHaveProperty("status");
    const ids = bulk.map(({ id }) => id);
    expect(await client.run("bulk", { key, ids })).not.toHaveProperty("status");
    for (const id of [byId?.id ?? "", itself?.id ?? "", ...ids]) expect(await state(id)).toBe("revoked");
    expect((await client.run("self", { key: itself?.access_token })).status).toBe(401);
  });

  test("reads Fastly's words where it is refused", async () => {
    const wrong = await client.run("create", { username: emulator.username, password: "wrong" });
    expect(wrong).toMatchObject({ status: 400, body: expect.stringContaining("invalid_grant") });
    const unknown = await client.run("get", { key: emulator.apiKey, id: "0000000000000000000000" });
    expect(unknown).toMatchObject({ status: 404, body: expect.stringContaining("Record not found") });
  });
});
