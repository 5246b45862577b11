import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("a token shows when, from where and by what it was last used", async () => {
  const { id, key } = await addKey(emulator, { scope: "purge_all" });
  const read = async () => (await ask(emulator, "GET", `/tokens/${id}`, { key: emulator.apiKey })).json;
  expect(await read()).toMatchObject({ last_used_at: null, ip: null, user_agent: null });

  await emulator.settings({ clockOffsetMs: Date.parse("2031-05-06T07:08:09.500Z") - Date.now() });
  const path = `/service/${emulator.services[0]}/purge_all`;
  await ask(emulator, "POST", path, { key, headers: { "user-agent": "deploy/1" } });
  expect(await read()).toMatchObject({
    last_used_at: expect.stringMatching(/^2031-05-06T07:08:/),
    ip: "127.0.0.1",
    user_agent: "deploy/1",
    scopes: ["purge_all"],
  });
});
