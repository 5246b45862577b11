import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function purge(serviceId: string | undefined, key: string) {
  return ask(emulator, "POST", `/service/${serviceId}/purge_all`, { key });
}

test.each(["purge_all", "global"])("a %s token for one service is refused another", async (scope) => {
  const [own = "", other] = emulator.services;
  const { key } = await addKey(emulator, { scope, services: [own] });
  expect(await purge(own, key)).toMatchObject({ status: 200, json: { status: "ok" } });
  expect((await purge(other, key)).status).toBe(403);
});

test("a token for no service in particular covers each of the customer, and of no other customer", async () => {
  const { key } = await addKey(emulator, { scope: "purge_all" });
  for (const service of emulator.services) expect((await purge(service, key)).status).toBe(200);
  const { services } = await emulator.addUser({ customer: "new" });
  expect((await purge(services[0], key)).status).toBe(404);
});

test("a limit on services does not limit what belongs to no service", async () => {
  const { key } = await addKey(emulator, { scope: "global", services: [emulator.services[0] ?? ""] });
  expect((await ask(emulator, "GET", "/tokens", { key })).status).toBe(200);
});
