import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { openTransport } from "../../src/http/node.ts";
import { answer, exchange } from "./server.ts";

let server: Server;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", () => socket.write(answer(200, "{}")));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  if (server.listening) await once(server.close(), "close");
});

function open() {
  const transport = openTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { ...transport, connect: () => transport.connect?.() };
}

async function connected(): Promise<Socket> {
  const [socket] = (await once(server, "connection")) as [Socket];
  return socket;
}

/** What the server did before has reached this process by then. */
async function aRoundTrip(): Promise<void> {
  const other = open();
  await exchange(other);
  await other.close();
}

test("the next exchange finds the connection", async () => {
  const transport = open();
  transport.connect();
  await connected();
  expect(await exchange(transport)).toMatchObject({ status: 200, complete: true });
  expect(await exchange(transport)).toMatchObject({ status: 200, complete: true });
  expect(sockets).toHaveLength(1);
  await transport.close();
});

test.each<[string, (socket: Socket) => void]>([
  ["was closed", (socket) => socket.end()],
  ["was reset", (socket) => socket.resetAndDestroy()],
  [
    "carries a response that nobody asked for",
    (socket) => socket.end("HTTP/1.1 408 Request Timeout\r\n\r\n"),
  ],
])("another takes the place of one that %s before its request", async (_, spoil) => {
  const transport = open();
  transport.connect();
  spoil(await connected());
  await aRoundTrip();
  expect(await exchange(transport)).toMatchObject({ status: 200, complete: true });
  expect(sockets).toHaveLength(3);
  await transport.close();
});

test("an exchange that comes before the connection is there waits for it", async () => {
  const transport = open();
  transport.connect();
  expect(await exchange(transport)).toMatchObject({ status: 200, complete: true });
  expect(sockets).toHaveLength(1);
  await transport.close();
});

test("where nobody listens, the exchange says so", async () => {
  const transport = open();
  await once(server.close(), "close");
  transport.connect();
  await expect(exchange(transport)).rejects.toMatchObject({ code: "unreachable", sent: false });
});

test("closing ends a connection that nothing was sent over", async () => {
  const transport = open();
  transport.connect();
  const socket = await connected();
  socket.resume();
  await Promise.all([once(socket, "close"), transport.close()]);
});
