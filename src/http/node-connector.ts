import * as net from "node:net";
import type { buildConnector } from "undici";
import type { HttpError } from "./error.ts";
import { handshakeFailed, type Peer, unconnectedBy, unconnectedWithin } from "./node-failures.ts";
import { skipInterimResponses } from "./node-interim.ts";

/*
 * undici's own connector keeps a pending connection until its time-out, even when the client is destroyed, and the
 * process with it. The sockets opened here end with the exchange that they were opened for.
 */

export interface Connector {
  /** Opens a connection for undici. */
  connect: buildConnector.connector;
  /** Announces a request: its response begins with the next byte, and connecting may take no longer. */
  expect(timeoutMs: number): void;
  /** The error of a connection that was not there in time. */
  lateness(timeoutMs: number): HttpError;
  /** Ends every connection, also one that is still being opened. */
  destroy(): void;
}

/** Opens sockets one after the other, and ends them all at once. */
export interface Dialer {
  /** A TCP connection. */
  tcp(url: URL, through: boolean): Promise<net.Socket>;
  /** TLS over a connection that is there. */
  secure(socket: net.Socket, url: URL, peer: Peer, through: boolean): Promise<net.Socket>;
}

/** @param proxy the URL of a proxy that tunnels to the origin, where there is one */
export function openConnector(origin: string, proxy: string | undefined): Connector {
  const sockets = new Set<net.Socket>();
  let isOver = false;
  let timeoutMs = 0;
  let expectResponse = () => {};
  const dialer: Dialer = {
    tcp: (url, through) => openTcp(own, url, attemptTimeout(timeoutMs), through),
    secure: (socket, url, peer, through) => openTls(own, socket, url, peer, through),
  };

  function own<S extends net.Socket>(socket: S): S {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Whoever uses the socket hears of its errors; none may end the process because nobody does.
    socket.on("error", () => {});
    if (isOver) socket.destroy();
    return socket;
  }

  async function dial(): Promise<net.Socket> {
    const target = new URL(origin);
    if (proxy !== undefined) {
      const { openTunnel } = await import("./node-tunnel.ts");
      return dialer.secure(await openTunnel(dialer, new URL(proxy), target), target, "server", true);
    }
    const socket = await dialer.tcp(target, false);
    return target.protocol === "https:" ? dialer.secure(socket, target, "server", false) : socket;
  }

  return {
    connect: (_options, callback) => {
      dial().then(
        (socket) => {
          expectResponse = skipInterimResponses(socket);
          expectResponse();
          callback(null, socket);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
    expect: (ms) => {
      timeoutMs = ms;
      expectResponse();
    },
    lateness: (ms) => unconnectedWithin(ms, proxy !== undefined),
    destroy: () => {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * How long one of a host's addresses may take before the next is tried. Node gives each 250 ms, less than many a
 * link needs; a third of the time leaves enough for the others.
 */
function attemptTimeout(timeoutMs: number): number {
  return Math.max(250, Math.min(3_000, Math.floor(timeoutMs / 3)));
}

type Own = <S extends net.Socket>(socket: S) => S;

function openTcp(own: Own, url: URL, attemptMs: number, through: boolean): Promise<net.Socket> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const socket = own(
    net.connect({
      host: hostOf(url),
      port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: attemptMs,
      noDelay: true,
      keepAlive: true,
    }),
  );
  return ready(socket, "connect", (error) => unconnectedBy(error, through));
}

async function openTls(
  own: Own,
  socket: net.Socket,
  url: URL,
  peer: Peer,
  through: boolean,
): Promise<net.Socket> {
  const tls = await import("node:tls");
  const host = hostOf(url);
  const secured = own(
    tls.connect({
      socket,
      host,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ["http/1.1"],
      // Even where NODE_TLS_REJECT_UNAUTHORIZED, which any step may have set, says not to.
      rejectUnauthorized: true,
    }),
  );
  return ready(secured, "secureConnect", (error) =>
    // Node notes what it holds against a certificate before it breaks off.
    handshakeFailed(error, peer, through, Boolean(secured.authorizationError)),
  );
}

function ready<S extends net.Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  explain: (error: Error) => HttpError,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(explain(error));
    const onClose = () => reject(explain(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    socket.once(event, () => {
      socket.off("error", onError);
      socket.off("close", onClose);
      resolve(socket);
    });
    socket.on("error", onError);
    socket.once("close", onClose);
  });
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}
