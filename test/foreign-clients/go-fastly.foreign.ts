import { addKey } from "../emulator/api.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { describeClient, type ForeignClient, startForeignClient } from "./foreign-client.ts";

type Token = { TokenID: string; AccessToken: string; Name: string; Scope: string; Services: string[] };

describeClient("go-fastly", (command) => {
  let emulator: Emulator;
  let client: ForeignClient;
  let owner: { key: string; username: string; password: string };

  beforeAll(async () => {
    emulator = await startEmulator();
    client = startForeignClient(command, emulator.url);
    const { apiKey: key, username, password } = emulator;
    owner = { key, username, password };
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

  async function create(): Promise<Token> {
    const [service] = emulator.services;
    const wanted = { name: "by Go", scope: "purge_all", services: [service] };
    return (await client.run("create", { ...owner, ...wanted })).value as Token;
  }

  test("creates a token in sudo mode, and the token reads itself", async () => {
    const token = await create();
    expect(token).toMatchObject({ Name: "by Go", Scope: "purge_all", Services: [emulator.services[0]] });
    expect((await client.run("self", { key: token.AccessToken })).value).toMatchObject({
      TokenID: token.TokenID,
    });
  });

  test("lists the tokens of a user and of the customer", async () => {
    const { TokenID: own } = await create();
    const { userId: user } = await emulator.addUser();
    const { id: other } = await addKey(emulator, { user });
    const ids = async (op: string) =>
      ((await client.run(op, { key: owner.key, customer: emulator.customerId })).value as Token[]).map(
        (token) => token.TokenID,
      );
    expect(await ids("list")).toContain(own);
    expect(await ids("list")).not.toContain(other);
    expect(await ids("customer")).toEqual(expect.arrayContaining([own, other]));
  });

  test("revokes by ID, in bulk, and a token itself", async () => {
    const tokens = [await create(), await create(), await create(), await create()];
    const [byId, itself, ...bulk] = tokens;
    expect(await client.run("revoke", { key: owner.key, id: byId?.TokenID })).toEqual({ value: null });
    expect(await client.run("revoke-self", { key: itself?.AccessToken })).toEqual({ value: null });
    const ids = bulk.map((token) => token.TokenID);
    expect(await client.run("bulk", { key: owner.key, ids })).toEqual({ value: null });
    for (const { TokenID } of tokens) expect(await state(TokenID)).toBe("revoked");
    expect((await client.run("self", { key: itself?.AccessToken })).status).toBe(401);
  });

  test("creates, lists, reads and revokes an automation token", async () => {
    const wanted = { name: "for machines", scope: "global:read" };
    const created = await client.run("create-automation", { ...owner, ...wanted });
    const { TokenID: id } = created.value as Token;
    const list = (await client.run("list-automation", { key: owner.key })).value as Token[];
    expect(list.map((token) => token.TokenID)).toContain(id);
    const read = await client.run("get-automation", { key: owner.key, id });
    expect(read.value).toMatchObject({ TokenID: id, Role: "engineer" });
    expect(await client.run("revoke", { key: owner.key, id })).toEqual({ value: null });
    expect(await state(id)).toBe("revoked");
  });

  test("reads Fastly's words where it is refused, and the limit of writes", async () => {
    const wrong = await client.run("create", { ...owner, password: "wrong" });
    expect(wrong).toMatchObject({ status: 403, body: expect.stringContaining("combination is not correct") });
    const unknown = await client.run("revoke", { key: owner.key, id: "0000000000000000000000" });
    expect(unknown).toMatchObject({ status: 404, body: expect.stringContaining("Record not found") });
  });

  test("lists services, and purges the one that its token covers", async () => {
    const [own, other] = emulator.services;
    const { AccessToken: key } = await create();
    expect(await client.run("purge-all", { key, service: own })).toMatchObject({ value: { Status: "ok" } });
    expect((await client.run("purge-all", { key, service: other })).status).toBe(403);
    const services = (await client.run("services", { key: owner.key })).value as { ServiceID: string }[];
    expect(services.map((service) => service.ServiceID)).toEqual(emulator.services);
  });
});
