import { once } from "node:events";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { Identity } from "./authority.ts";

export type Loopback = "127.0.0.1" | "::1";

export type Listening = {
  port: number;
  /** Ends every connection and stops listening. */
  end(): Promise<void>;
};

/** Listens on loopback, and remembers the connections so that they can be ended. */
export async function listen(
  server: Server,
  { host = "127.0.0.1", port = 0 }: { host?: Loopback; port?: number } = {},
): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    // A client that breaks off is a matter of the test, not of this server.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  });
  await once(server.listen(port, host), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    end: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), "close");
    },
  };
}

/** Passes on whatever comes on a connection, both ways, to a port of loopback. */
export function passOn(socket: Socket, port: number, host: Loopback = "127.0.0.1"): Socket {
  const onward = connect(port, host);
  socket.pipe(onward).pipe(socket);
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
  socket.once("close", () => onward.destroy());
  return onward;
}

export type TlsFront = Listening & {
  /** Shows another certificate to those who connect from now on. */
  show(identity: Identity): void;
};

/** Stands before a server that speaks plain http, and speaks https. */
export async function startTlsFront(
  identity: Identity,
  port: number,
  host: Loopback = "127.0.0.1",
): Promise<TlsFront> {
  const server: TlsServer = createTlsServer(identity, (socket) => passOn(socket, port, host));
  // A client that refuses the certificate is what some tests are about.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return { ...(await listen(server, { host })), show: (other) => server.setSecureContext(other) };
}
