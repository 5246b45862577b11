import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const requests = {
  self: () => ["GET", "/tokens/self"],
  get: () => ["GET", `/tokens/${tokenId}`],
  list: () => ["GET", "/tokens"],
  customer: () => ["GET", `/customer/${emulator.customerId}/tokens`],
  purgeAll: () => ["POST", `/service/${emulator.services[0]}/purge_all`],
  purgeKey: () => ["POST", `/service/${emulator.services[0]}/purge/home`],
  purgeKeys: () => ["POST", `/service/${emulator.services[0]}/purge`],
  purgeUrl: () => ["POST", "/purge/https://www.example.com/a?b"],
  revoke: () => ["DELETE", `/tokens/${tokenId}`],
} as const;
type Operation = keyof typeof requests;

let tokenId: string;
beforeEach(async () => {
  tokenId = (await addKey(emulator, {})).id;
});

const reads: Operation[] = ["self", "get", "list", "customer"];
const allowed: Record<string, Operation[]> = {
  global: Object.keys(requests) as Operation[],
  "global:read": reads,
  purge_all: ["self", "purgeAll"],
  purge_select: ["self", "purgeKey", "purgeKeys", "purgeUrl"],
  "purge_all purge_select": ["self", "purgeAll", "purgeKey", "purgeKeys", "purgeUrl"],
  "global:read purge_all": [...reads, "purgeAll"],
};

test.each(Object.entries(allowed))("%s allows %p and nothing else", async (scope, operations) => {
  const { key } = await addKey(emulator, { scope });
  for (const [operation, request] of Object.entries(requests)) {
    const [method = "", path = ""] = request();
    const { status } = await ask(emulator, method, path, { key, headers: { "surrogate-key": "home page" } });
    const worked = status === 200 || status === 204;
    expect([operation, status]).toEqual([operation, worked ? status : 403]);
    expect([operation, worked]).toEqual([operation, operations.includes(operation as Operation)]);
  }
});

test.each(Object.keys(allowed))("%s: a token may revoke itself", async (scope) => {
  const { key } = await addKey(emulator, { scope });
  expect((await ask(emulator, "DELETE", "/tokens/self", { key })).status).toBe(204);
});

test("purge by keys answers a purge ID for each, and needs one", async () => {
  const path = `/service/${emulator.services[0]}/purge`;
  const key = emulator.apiKey;
  const answer = await ask(emulator, "POST", path, { key, headers: { "surrogate-key": "home page" } });
  expect(JSON.parse(answer.text)).toEqual({ home: expect.any(String), page: expect.any(String) });
  expect((await ask(emulator, "POST", path, { key })).status).toBe(400);
});
