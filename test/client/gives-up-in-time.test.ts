import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { deadlineIn, getTokenCurrent, systemClock } from "../../src/fastly/index.ts";
import { create, errorOf, useClient } from "./client.ts";

const client = useClient();

const soon = () => ({ deadline: deadlineIn(1_000, systemClock), clock: systemClock });

test("an answer that never begins", async () => {
  const api = await client.connectTo(() => {}, soon());
  expect(await errorOf(create(api))).toMatchObject({ code: "timed-out", mayHaveHappened: true });
});

test("an answer that never ends, however lively", async () => {
  const api = await client.connectTo((_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  }, soon());
  const error = await errorOf(create(api));
  expect(error.code).toBe("timed-out");
  expect(error.message).toMatch(/no complete response within [01](\.\d)? s/);
});

test("half of a refusal proves nothing", async () => {
  const api = await client.connectTo((_, response) => {
    response.writeHead(401);
    response.write("{");
  }, soon());
  expect(await errorOf(create(api))).toMatchObject({
    code: "unexpected-response",
    status: 401,
    mayHaveHappened: true,
  });
});

test("a handshake that never ends: nothing was sent", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  const apiUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const error = await errorOf(create(client.connect({ apiUrl, ...soon() })));
  expect(error).toMatchObject({ code: "unreachable", mayHaveHappened: false });
  expect(error.message).toContain("no connection within");
  for (const socket of sockets) socket.destroy();
  server.close();
});

test("a read under a deadline ends with the deadline, not later", async () => {
  let requests = 0;
  const api = await client.connectTo(() => {
    requests += 1;
  }, soon());
  expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("timed-out");
  expect(requests).toBe(1);
});
