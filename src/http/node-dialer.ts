import * as net from "node:net";
import type { HttpError } from "./error.ts";
import { handshakeFailed, type Peer, unconnectedBy } from "./node-failures.ts";

/** Opens sockets one after the other, and ends them all at once. */
export interface Dialer {
  /** A TCP connection. */
  tcp(url: URL, through: boolean): Promise<net.Socket>;
  /** TLS over a connection that is there. */
  secure(socket: net.Socket, url: URL, peer: Peer, through: boolean): Promise<net.Socket>;
}

/** Called with each socket as soon as there is one. */
type Own = <S extends net.Socket>(socket: S) => S;

/** @param timeoutMs how long a connection may take, as a dial begins */
export function createDialer(own: Own, timeoutMs: () => number): Dialer {
  return {
    tcp: (url, through) => openTcp(own, url, attemptTimeout(timeoutMs()), through),
    secure: (socket, url, peer, through) => openTls(own, socket, url, peer, through),
  };
}

/**
 * How long one of a host's addresses may take before the next is tried. Node gives each 250 ms, less than many a
 * link needs; a third of the time leaves enough for the others.
 */
function attemptTimeout(timeoutMs: number): number {
  return Math.max(250, Math.min(3_000, Math.floor(timeoutMs / 3)));
}

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
