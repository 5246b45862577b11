import { ApiClient, TokensApi } from "fastly";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

/** Fastly's own JavaScript client. Its operations name their host themselves; a plugin sends them here instead. */
function clientOf(key?: string) {
  const client = new ApiClient();
  client.plugins = [
    (request) => {
      request.url = request.url.replace("https://api.fastly.com", emulator.url);
    },
  ];
  if (key !== undefined) client.authenticate(key);
  return new TokensApi(client);
}

test("createToken, by username and password", async () => {
  const api = clientOf();
  Object.assign(api.apiClient.authentications.username_and_password ?? {}, {
    username: emulator.username,
    password: emulator.password,
  });
  const token = await api.createToken();
  expect(token).toMatchObject({ scope: "global", user_id: emulator.userId });
  expect((await clientOf(token.access_token).getTokenCurrent()).id).toBe(token.id);
});

test("getToken and getTokenCurrent", async () => {
  const { id, key } = await addKey(emulator, { scope: "global:read" });
  expect(await clientOf(key).getToken({ token_id: id })).toMatchObject({ id, scope: "global:read" });
  expect(await clientOf(key).getTokenCurrent()).toMatchObject({ id, scope: "global:read" });
});

test("listTokensUser and listTokensCustomer", async () => {
  const user = await emulator.addUser();
  const { id } = await addKey(emulator, { user: user.userId });
  const api = clientOf(emulator.apiKey);
  const ids = (tokens: { id: string }[]) => tokens.map((token) => token.id);
  expect(ids(await api.listTokensUser())).not.toContain(id);
  expect(ids(await api.listTokensCustomer({ customer_id: emulator.customerId }))).toContain(id);
});

test("revokeToken, revokeTokenCurrent and bulkRevokeTokens", async () => {
  const [byId, current, first, second] = await emulator.addTokens([{}, {}, {}, {}]);
  const api = clientOf(emulator.apiKey);
  await api.revokeToken({ token_id: byId?.id ?? "" });
  await clientOf(current?.access_token).revokeTokenCurrent();
  const data = [first, second].map((token) => ({ type: "token", id: token?.id }));
  await api.bulkRevokeTokens({ request_body: { data } });
  const states = new Map((await emulator.tokens()).map((token) => [token.id, token.state]));
  for (const token of [byId, current, first, second]) expect(states.get(token?.id ?? "")).toBe("revoked");
  expect(api.apiClient.rateLimitRemaining).toBeLessThan(1000);
});

test("a refusal reaches the caller with its status and its body", async () => {
  await expect(clientOf("garbage").getTokenCurrent()).rejects.toMatchObject({
    status: 403,
    body: { msg: expect.any(String) },
  });
});
