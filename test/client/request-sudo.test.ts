import { TOTP } from "otpauth";
import { requestSudo } from "../../src/fastly/index.ts";
import { errorOf, keyOf, useClient } from "./client.ts";

const client = useClient();

test("opens sudo mode for a key and says when it ends", async () => {
  const { key } = await keyOf(client.emulator);
  const { expiryTime } = await requestSudo(client.connect(), key, client.emulator);
  const seconds = (Date.parse(expiryTime ?? "") - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(290);
  expect(seconds).toBeLessThanOrEqual(300);
});

test("takes a one-time password", async () => {
  const user = await client.emulator.addUser({ totp: true });
  const { key } = await keyOf(client.emulator, "global", user.userId);
  expect((await errorOf(requestSudo(client.connect(), key, user))).code).toBe("refused-otp");
  await requestSudo(client.connect(), key, {
    ...user,
    otp: new TOTP({ secret: user.totpSecret ?? "" }).generate(),
  });
});

test("refused credentials and unknown keys", async () => {
  const { username } = client.emulator;
  const { key } = await keyOf(client.emulator);
  const wrong = { username, password: "wrong" };
  expect((await errorOf(requestSudo(client.connect(), key, wrong))).code).toBe("refused-credentials");
  expect((await errorOf(requestSudo(client.connect(), "unknown", client.emulator))).code).toBe("forbidden");
});

test("is never repeated", async () => {
  let requests = 0;
  const api = await client.connectTo((_, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  await errorOf(requestSudo(api, "key", { username: "me", password: "mine" }));
  expect(requests).toBe(1);
});

test.each([
  ["no body", 200, ""],
  ["no content", 204, ""],
  ["an empty object", 200, {}],
  ["a blank expiry_time", 201, { expiry_time: " " }],
  ["an expiry_time that is not a time", 200, { expiry_time: "soon" }],
  ["no expiry_time", 200, { expiry_time: null }],
])("sudo mode is open after a response with %s", async (_, status, body) => {
  const api = await client.answering(status, body);
  expect(await requestSudo(api, "key", { username: "me", password: "mine" })).toEqual({ expiryTime: null });
});

test.each([
  ["a login page", "<html>Sign in</html>", "a body that is not JSON"],
  ["a list", [], "the response is not an object"],
])("%s does not open sudo mode", async (_, body, reason) => {
  const api = await client.answering(202, body);
  const error = await errorOf(requestSudo(api, "key", { username: "me", password: "mine" }));
  expect(error).toMatchObject({ code: "malformed-response", status: 202 });
  expect(error.message).toContain(reason);
});
