import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const bulk = { "content-type": "application/vnd.api+json; ext=bulk" };

function revoke(ids: string[], key = emulator.apiKey) {
  const body = JSON.stringify({ data: ids.map((id) => ({ type: "token", id })) });
  return ask(emulator, "DELETE", "/tokens", { key, headers: bulk, body });
}

async function alive(ids: string[]): Promise<string[]> {
  const live = (await emulator.liveTokens()).map((token) => token.id);
  return ids.filter((id) => live.includes(id));
}

async function addIds(count: number, user = emulator.userId): Promise<string[]> {
  return (await emulator.addTokens(Array.from({ length: count }, () => ({ user })))).map(({ id }) => id);
}

test("revokes every token of the batch", async () => {
  const ids = await addIds(3);
  expect(await revoke(ids)).toMatchObject({ status: 204, text: "" });
  expect(await alive(ids)).toEqual([]);
});

test("a batch with one ID that may not be revoked changes nothing", async () => {
  const user = await emulator.addUser();
  const { key } = await addKey(emulator, { user: user.userId });
  const own = await addIds(2, user.userId);
  const [other = ""] = await addIds(1);
  expect((await revoke([...own, "unknown"], key)).status).toBe(404);
  expect((await revoke([...own, other], key)).status).toBe(403);
  expect(await alive([...own, other])).toEqual([...own, other]);
});

test("a batch may be limited", async () => {
  await emulator.settings({ bulkMaximum: 2 });
  const ids = await addIds(3);
  expect(await revoke(ids)).toMatchObject({
    status: 400,
    json: { detail: expect.stringMatching(/maximum/) },
  });
  expect(await alive(ids)).toEqual(ids);
  expect((await revoke(ids.slice(1))).status).toBe(204);
  await emulator.settings({ bulkMaximum: null });
});

test.each([
  "{}",
  "[]",
  "null",
  '{"data":[]}',
  '{"data":{}}',
  '{"data":[null]}',
  '{"data":[{"type":"user","id":"a"}]}',
  '{"data":[{"type":"token","id":1}]}',
  '{"data":',
  "",
  '{"__proto__":{}}',
])("the body %p is refused", async (body) => {
  const { apiKey: key } = emulator;
  expect((await ask(emulator, "DELETE", "/tokens", { key, headers: bulk, body })).status).toBe(400);
});

test.each(["application/vnd.api+json", "application/json"])(
  "the content type %p is refused",
  async (type) => {
    const [id] = await addIds(1);
    const body = JSON.stringify({ data: [{ type: "token", id }] });
    const headers = { "content-type": type };
    const { apiKey: key } = emulator;
    expect((await ask(emulator, "DELETE", "/tokens", { key, headers, body })).status).toBe(415);
    expect(await alive([id ?? ""])).toEqual([id]);
  },
);
