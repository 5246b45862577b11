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

test("200 is not 204: it proves nothing", async () => {
  const clockless = await client.answering(200, "{}", {});
  expect((await errorOf(revokeTokenCurrent(clockless, "key"))).code).toBe("unexpected-response");
});
