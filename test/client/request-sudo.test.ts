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

test("an answer without a time is not believed", async () => {
  const api = await client.answering(200, { expiry_time: "soon" });
  const error = await errorOf(requestSudo(api, "key", { username: "me", password: "mine" }));
  expect(error).toMatchObject({ code: "malformed-response" });
  expect(error.message).toContain("the field expiry_time of the response is not a time");
});
