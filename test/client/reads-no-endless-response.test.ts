import { getTokenCurrent, listTokensUser } from "../../src/fastly/index.ts";
import { create, described, errorOf, useClient } from "./client.ts";

const client = useClient();

test("an answer larger than any of Fastly's is not read to its end", async () => {
  const api = await client.answering(200, { ...described, more: "x".repeat(1_100_000) });
  const error = await errorOf(create(api));
  expect(error).toMatchObject({ code: "response-too-large", mayHaveHappened: true });
  expect(error.message).toBe("POST /tokens: the response has more than 1048576 bytes");
});

test("a token that is limited to thousands of services is read", async () => {
  const services = Array.from({ length: 10_000 }, (_, index) => `service${index}`);
  const api = await client.answering(200, { ...described, services, access_token: "0123456789abcdef" });
  expect((await create(api)).services).toHaveLength(10_000);
});

test("one that never ends is cut off, and not asked for again", async () => {
  let requests = 0;
  const api = await client.connectTo((_, response) => {
    requests += 1;
    const pour = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", pour);
    pour();
  });
  expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("response-too-large");
  expect(requests).toBe(1);
});

test("a refusal with a long body is a refusal", async () => {
  const api = await client.answering(403, { msg: "x".repeat(70_000) });
  expect((await errorOf(create(api))).code).toBe("forbidden");
});

test("a list may be long, but not without end", async () => {
  const tokens = Array.from({ length: 1_000 }, () => ({ ...described, name: "x".repeat(1_000) }));
  expect(await listTokensUser(await client.answering(200, tokens), "key")).toHaveLength(1_000);
  const error = await errorOf(
    listTokensUser(await client.answering(200, `["${"x".repeat(17_000_000)}"]`), "key"),
  );
  expect(error.code).toBe("response-too-large");
});
