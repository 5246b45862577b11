import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask, createToken } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test.each([
  ["a".repeat(300), 255, "a".repeat(255)],
  ["ab€", 4, "ab"],
  ["ab€", 5, "ab€"],
  ["a🔑", 4, "a"],
  ["short", 255, "short"],
])("the name %p is cut to %d bytes, and never within a character", async (name, nameLimit, cut) => {
  await emulator.settings({ nameLimit });
  expect(await createToken(emulator, { name })).toMatchObject({ name: cut });
  expect((await emulator.tokens()).at(-1)?.name).toBe(cut);
  await emulator.settings({ nameLimit: null });
});

test("answers may list more services than were asked for", async () => {
  await emulator.settings({ servicesInResponses: 3000 });
  const [service = ""] = emulator.services;
  const token = (await createToken(emulator, { "services[]": service })) as unknown as { services: string[] };
  expect(token.services).toHaveLength(3000);
  expect(token.services[0]).toBe(service);
  const self = await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey });
  expect(self.text.length).toBeGreaterThan(65_536);
  expect((await emulator.tokens()).at(-1)?.services).toEqual([service]);
  await emulator.settings({ servicesInResponses: 0 });
});

test("a customer may have thousands of services, and a token for all of them", async () => {
  const { username, password, services } = await emulator.addUser({ customer: "new", services: 3000 });
  const form: [string, string][] = [
    ["username", username],
    ["password", password],
    ...services.map((service): [string, string] => ["services[]", service]),
  ];
  const { status, json } = await ask(emulator, "POST", "/tokens", { form });
  expect(status).toBe(200);
  expect(json).toMatchObject({ services });
  await expect(emulator.addUser({ services: 3 })).rejects.toThrow("new customer");
});

test("a new token’s key may be refused at first", async () => {
  await emulator.settings({ keyLagMs: 60_000 });
  const { access_token: key } = await createToken(emulator);
  expect((await ask(emulator, "GET", "/tokens/self", { key })).status).toBe(401);
  expect((await ask(emulator, "DELETE", "/tokens/self", { key })).status).toBe(401);
  await emulator.settings({ clockOffsetMs: 61_000 });
  expect((await ask(emulator, "DELETE", "/tokens/self", { key })).status).toBe(204);
  await emulator.settings({ keyLagMs: 0, clockOffsetMs: 0 });
});

test("a new token may be missing from lists at first", async () => {
  await emulator.settings({ listLagMs: 60_000 });
  const { id } = await createToken(emulator);
  const { apiKey: key, customerId } = emulator;
  for (const path of ["/tokens", `/customer/${customerId}/tokens`]) {
    expect((await ask(emulator, "GET", path, { key })).text).not.toContain(id);
  }
  expect((await ask(emulator, "GET", `/tokens/${id}`, { key })).status).toBe(404);
  await emulator.settings({ clockOffsetMs: 61_000 });
  expect((await ask(emulator, "GET", "/tokens", { key })).text).toContain(id);
  await emulator.settings({ listLagMs: 0, clockOffsetMs: 0 });
});
