import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import type { HttpError } from "./error.ts";
import { createDialer } from "./node-dialer.ts";
import { unconnectedWithin } from "./node-failures.ts";
import { skipInterimResponses } from "./node-interim.ts";

/*
 * undici's own connector keeps a pending connection until its time-out, even when the client is destroyed, and the
 * process with it. The sockets opened here end with the exchange that they were opened for.
 */

export interface Connector {
  /** Opens a connection for undici. */
  connect: buildConnector.connector;
  /** Opens the next connection before undici asks for it. */
  dialNow(): void;
  /** Announces a request: its response begins with the next byte, and connecting may take no longer. */
  expect(timeoutMs: number): void;
  /** The error of a connection that was not there in time. */
  lateness(timeoutMs: number): HttpError;
  /** Ends every connection, also one that is still being opened. */
  destroy(): void;
}

/**
 * Long, because its functions share the sockets.
 *
 * @param proxy the URL of a proxy that tunnels to the origin, where there is one
 */
export function openConnector(origin: string, proxy: string | undefined): Connector {
  const sockets = new Set<Socket>();
  let isOver = false;
  // Until a request brings its own: what is dialled early has it as well.
  let timeoutMs = 9_000;
  let expectResponse = () => {};
  let early: Promise<Socket | undefined> | undefined;
  const dialer = createDialer(own, () => timeoutMs);

  function own<S extends Socket>(socket: S): S {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The user of the socket handles its errors; an error that nobody handles must not end the process.
    socket.on("error", () => {});
    if (isOver) socket.destroy();
    return socket;
  }

  async function dial(): Promise<Socket> {
    const target = new URL(origin);
    if (proxy !== undefined) {
      const { openTunnel } = await import("./node-tunnel.ts");
      return dialer.secure(await openTunnel(dialer, new URL(proxy), target), target, "server", true);
    }
    const socket = await dialer.tcp(target, false);
    return target.protocol === "https:" ? dialer.secure(socket, target, "server", false) : socket;
  }

  async function nextSocket(): Promise<Socket> {
    const socket = await early;
    early = undefined;
    // One that the server has closed, or spoken on, undici itself replaces: it reads before it writes.
    return socket && !socket.destroyed ? socket : dial();
  }

  return {
    connect: (_options, callback) => {
      nextSocket().then(
        (socket) => {
          expectResponse = skipInterimResponses(socket);
          expectResponse();
          callback(null, socket);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
    dialNow: () => {
      early ??= dial().catch(() => undefined);
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
