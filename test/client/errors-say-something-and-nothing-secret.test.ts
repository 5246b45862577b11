import { inspect } from "node:util";
import { createToken, FastlyError, getTokenCurrent, requestSudo } from "../../src/fastly/index.ts";
import { findLeaks } from "../support/runner/leaks.ts";
import { create, described, errorOf, inAnHour, useClient } from "./client.ts";

const client = useClient();

const password = "p%s w/+rd é&k<\"'";
const otp = "493817";
const key = "Key_With-32-characters+and/more=";
const bodies = [
  "",
  "   ",
  "{",
  "null",
  "7",
  "[]",
  "{}",
  '{"msg":""}',
  '{"msg":null,"detail":7}',
  "<html></html>",
  "\0",
];

test.each([200, 204, 302, 400, 401, 403, 404, 422, 429, 500, 503])(
  "%d: no message is empty",
  async (status) => {
    for (const body of status === 204 ? [""] : bodies) {
      const error = await errorOf(create(await client.answering(status, body)));
      expect(error.message).toMatch(/^POST \/tokens: \S.{5,}/);
      expect(error.name).toBe("FastlyError");
      expect(error.operation).toBe("POST /tokens");
    }
  },
);

test("Fastly's own words are in it, on one line and not too long", async () => {
  const api = await client.answering(400, {
    msg: "first\r\nsecond\u2028third\u0000",
    detail: "x".repeat(5_000),
  });
  const error = await errorOf(create(api));
  expect(error.msg).toBe("first second third");
  expect(error.detail).toHaveLength(201);
  expect(error.message).not.toMatch(/[\r\n\u2028\0]/);
});

/** Every way that a careless server may throw credentials back. */
function echoes(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ p: secret }).toString(),
    JSON.stringify(secret),
    Buffer.from(`me:${secret}`).toString("base64"),
  ];
}

const secrets = [password, otp, key];

function expectNoSecret(error: FastlyError): void {
  const shown = { message: error.message, stack: error.stack ?? "", inspected: inspect(error, { depth: 9 }) };
  const json = JSON.stringify(error, Object.getOwnPropertyNames(error));
  expect(findLeaks(secrets, { ...shown, json, cause: inspect(error.cause) })).toEqual([]);
}

test.each([400, 401, 429, 500])("%d that echoes the credentials", async (status) => {
  const user = { username: "me", password, otp };
  for (const secret of secrets) {
    for (const echo of echoes(secret)) {
      const api = await client.answering(status, { msg: `msg ${echo} msg`, detail: echo });
      expectNoSecret(await errorOf(requestSudo(api, key, user)));
      if (secret !== key) expectNoSecret(await errorOf(create(api, user)));
    }
  }
});

test("an answer that is cut in the middle of a token", async () => {
  const accessToken = "Access_Token-0123456789abcdefghi";
  const api = await client.connectTo((_, response) => {
    response.writeHead(200, { "content-length": 5_000 });
    response.write(JSON.stringify({ ...described, access_token: accessToken }), () => response.destroy());
  });
  const error = await errorOf(create(api));
  expect(error.code).toBe("connection-lost");
  expect(findLeaks([accessToken], { inspected: inspect(error, { depth: 9 }) })).toEqual([]);
});

test("bytes that are no HTTP, with a token in them", async () => {
  const accessToken = "Access_Token-0123456789abcdefghi";
  const api = await client.connectTo((request) => {
    request.socket.end(`${accessToken}: this is no HTTP\r\n\r\n`);
  });
  const error = await errorOf(create(api));
  expect(error).toMatchObject({ code: "connection-lost", mayHaveHappened: true });
  expect(findLeaks([accessToken], { inspected: inspect(error, { depth: 9 }) })).toEqual([]);
});

test("JSON that does not parse, with a token in it", async () => {
  const accessToken = "Access_Token-0123456789abcdefghi";
  const error = await errorOf(create(await client.answering(200, `{"access_token":"${accessToken}",`)));
  expect(findLeaks([accessToken], { inspected: inspect(error, { depth: 9 }) })).toEqual([]);
});

test("a key in sudo mode", async () => {
  const api = await client.answering(403, { msg: `no ${key}` });
  const order = { name: "n", scopes: ["purge_all"], services: [], expiresAt: inAnHour() } as const;
  expectNoSecret(await errorOf(createToken(api, order, { kind: "key-in-sudo-mode", key })));
  expectNoSecret(await errorOf(getTokenCurrent(api, key)));
});

test("an error keeps its cause and its details", () => {
  const cause = new Error("why");
  const error = new FastlyError({
    code: "unreachable",
    operation: "GET /x",
    reason: "no",
    mayHaveHappened: false,
    cause,
  });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ cause, code: "unreachable", status: undefined, message: "GET /x: no" });
});
