import { revokeTokenCurrent } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("ends the token that asks, whatever its scope; asked again it is unknown", async () => {
  const { key, id } = await keyOf(client.emulator, "purge_select");
  const api = client.connect();
  await revokeTokenCurrent(api, key);
  expect((await client.emulator.liveTokens()).map((token) => token.id)).not.toContain(id);
  expect((await errorOf(revokeTokenCurrent(api, key))).code).toBe("unauthorized");
});

test("a key that was never one", async () => {
  expect((await errorOf(revokeTokenCurrent(client.connect(), "unknown"))).code).toBe("forbidden");
});

test("a key that has expired, by a response about this very token", async () => {
  const msg = "Token SU1Z0isxPaozGVKXdv0eYA expired at 2026-01-14T11:47:46Z";
  const revoke = async (id?: string) =>
    (await errorOf(revokeTokenCurrent(await client.answering(401, { msg }), "key", id))).code;
  expect(await revoke("SU1Z0isxPaozGVKXdv0eYA")).toBe("expired-key");
  expect(await revoke()).toBe("expired-key");
  const ofSession = { msg: "Token session expired at 2026-01-14T11:47:46Z" };
  const api = await client.answering(401, ofSession);
  expect((await errorOf(revokeTokenCurrent(api, "key"))).code).toBe("unexpected-response");
  expect(await revoke("5YyNlmBLwKOuyOGLBpVMoL")).toBe("unexpected-response");
});

test.each([{ "content-length": "5" }, { "content-type": "text/html" }])(
  "a 204 with %j is nobody's: it proves nothing",
  async (headers) => {
    const api = await client.connectTo((_, response) => response.writeHead(204, headers).end());
    expect((await errorOf(revokeTokenCurrent(api, "key"))).code).toBe("malformed-response");
  },
);

test("200 is not 204: it proves nothing", async () => {
  const clockless = await client.answering(200, "{}", {});
  expect((await errorOf(revokeTokenCurrent(clockless, "key"))).code).toBe("unexpected-response");
});
