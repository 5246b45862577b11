import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { signItself } from "../network/support/authority.ts";
import {
  type StallingServer,
  startFullBacklog,
  startSilentServer,
  startTlsStall,
} from "../support/stalling-servers.ts";

let server: StallingServer;
afterEach(() => server.stop());

/** What becomes of a promise, if anything does: nothing here takes more than a few milliseconds. */
function within<T>(promise: Promise<T>): Promise<T | "nothing"> {
  return Promise.race([
    promise,
    new Promise<"nothing">((resolve) => setTimeout(() => resolve("nothing"), 500)),
  ]);
}

test("a silent server connects and says nothing", async () => {
  server = await startSilentServer();
  const socket = connect(server.port, server.host);
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  expect(await within(once(socket, "data"))).toBe("nothing");
  expect(server.connections()).toBe(1);
  socket.destroy();
});

test("a handshake in TLS that never ends", async () => {
  server = await startTlsStall(await signItself(["127.0.0.1"]));
  const socket = connectTls({ port: server.port, host: server.host, rejectUnauthorized: false });
  socket.on("error", () => {});
  expect(await within(once(socket, "secureConnect"))).toBe("nothing");
  expect(server.connections()).toBe(1);
  socket.destroy();
});

test("a handshake in TLS that ends, and no answer", async () => {
  server = await startTlsStall(await signItself(["127.0.0.1"]), Number.POSITIVE_INFINITY);
  const socket = connectTls({ port: server.port, host: server.host, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  expect(await within(once(socket, "data"))).toBe("nothing");
  socket.destroy();
});

test("a port whose queue is full connects nobody and refuses nobody", async () => {
  server = await startFullBacklog();
  const socket = connect(server.port, server.host).on("error", () => {});
  expect(await within(Promise.race([once(socket, "connect"), once(socket, "close")]))).toBe("nothing");
  socket.destroy();
});
