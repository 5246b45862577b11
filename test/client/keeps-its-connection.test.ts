import type { Socket } from "node:net";
import { getTokenCurrent } from "../../src/fastly/index.ts";
import { create, described, errorOf, useClient } from "./client.ts";

const client = useClient();

test("one connection serves one exchange after the other", async () => {
  const sockets = new Set<Socket>();
  const api = await client.connectTo((request, response) => {
    sockets.add(request.socket);
    response.end(JSON.stringify(described));
  });
  await getTokenCurrent(api, "key");
  await getTokenCurrent(api, "key");
  expect(sockets.size).toBe(1);
});

test("what is left of an exchange that failed never answers the next one", async () => {
  const sockets = new Set<Socket>();
  const api = await client.connectTo((request, response) => {
    sockets.add(request.socket);
    if (sockets.size > 1) response.end(JSON.stringify(described));
    else response.writeHead(403).write("x".repeat(70_000));
  });
  expect((await errorOf(create(api))).code).toBe("unexpected-response");
  await getTokenCurrent(api, "key");
  expect(sockets.size).toBe(2);
});

test("a closed way that was never used closes quietly", async () => {
  await client.connect().close();
});
