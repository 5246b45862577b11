import type { Socket } from "node:net";
import { basicForm } from "../text/secret-forms.ts";
import type { Dialer } from "./node-dialer.ts";
import { tunnelRefused, unconnected, unconnectedBy } from "./node-failures.ts";

/*
 * Loaded only where there is a proxy. The tunnel is end to end: the proxy sees the host's name and nothing of what
 * is sent.
 */

/** The longest head of a response that is read from a proxy. */
const longestHead = 16 * 1024;

/**
 * Has a proxy open a tunnel.
 *
 * @param proxy its URL, which may hold a user name and a password
 */
export async function openTunnel(dialer: Dialer, proxy: URL, target: URL): Promise<Socket> {
  const tcp = await dialer.tcp(proxy, true);
  const socket = proxy.protocol === "https:" ? await dialer.secure(tcp, proxy, "proxy", true) : tcp;
  const response = headOf(socket);
  socket.write(askFor(`${target.hostname}:${target.port || "443"}`, proxy));
  let head = await response;
  while (isInterim(head)) head = await headOf(socket);
  const [, status] = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head) ?? [];
  if (status === undefined) throw broken(socket, "(its response is not a proxy's)");
  if (/^2/.test(status)) return socket;
  socket.destroy();
  throw tunnelRefused(Number(status));
}

function isInterim(head: string): boolean {
  return /^HTTP\/1\.[01] 1(?!01)\d\d/.test(head);
}

function askFor(authority: string, { username, password }: URL): string {
  const credentials = basicForm(decodeURIComponent(username), decodeURIComponent(password));
  const authorization = username + password === "" ? "" : `Proxy-Authorization: Basic ${credentials}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}

/** Reads the head of the proxy's final response; what comes after it belongs to the tunnel. */
function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.on("readable", onReadable);
    socket.on("error", onError);
    socket.once("end", onEnd);

    function onReadable(): void {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf("\r\n\r\n");
        if (end === -1 && bytes.length > longestHead) fail(broken(socket, "(its response has no end)"));
        if (end !== -1) {
          finish(bytes.toString("latin1", 0, end + 2), bytes.subarray(end + 4));
          return;
        }
      }
    }
    function finish(head: string, rest: Buffer): void {
      stop();
      if (rest.length > 0) socket.unshift(rest);
      resolve(head);
    }
    function onError(error: Error): void {
      fail(unconnectedBy(error, true));
    }
    function onEnd(): void {
      fail(broken(socket, "(it closed the connection)"));
    }
    function fail(error: Error): void {
      stop();
      reject(error);
    }
    function stop(): void {
      socket.off("readable", onReadable);
      socket.off("error", onError);
      socket.off("end", onEnd);
    }
  });
}

function broken(socket: Socket, why: string): Error {
  socket.destroy();
  return unconnected(why, true);
}
