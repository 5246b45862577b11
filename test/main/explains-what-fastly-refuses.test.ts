import { messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const rows: [status: number, json: { msg: string; detail?: string }, words: RegExp][] = [
  [400, { msg: "invalid_request" }, /credentials are incomplete.*username and password/],
  [400, { msg: "invalid_scope" }, /does not grant this scope.*input scope/],
  [400, { msg: "Bad request", detail: "no such thing" }, /refused the request.*Bad request: no such thing/],
  [
    400,
    { msg: "Bad request", detail: "The limit of login attempts is reached" },
    /refused the request.*login attempts/,
  ],
  [400, { msg: "Bad request", detail: "The account has expired" }, /refused the request.*has expired/],
  [400, { msg: "constructor" }, /refused the request.*constructor/],
  [400, { msg: "__proto__" }, /refused the request.*__proto__/],
  [401, { msg: "who" }, /does not let this user create a token.*not sent again.*username and password/],
  [403, { msg: "no" }, /does not let this user create a token.*role/],
  [404, { msg: "none" }, /could not find what was asked for.*api-url/],
  [422, { msg: "bad expires_at" }, /rejected the token's expiry.*expires-in/],
  [418, { msg: "teapot" }, /refused the request.*HTTP 418, teapot/],
];

test.each(rows)("%d %j, after one request", async (status, json, words) => {
  await action.emulator.inject("POST /tokens", respond(status, json));
  const step = await action.main();
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error")).toEqual([expect.stringMatching(words)]);
  expect(await step.job.requests()).toEqual([`POST /tokens ${status}`]);
  expect(await step.job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});
