import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A response as bytes in two parts, of which faults work on the last: the body, or the head without one. */
export type Serialized = { first: Buffer; last: Buffer };

type Headers = Record<string, unknown>;

function head(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines.join("")}\r\n`;
}

/** Whoever writes a response's bytes past the framework ends the connection after them. */
export function serialize(status: number, headers: Headers, body: Buffer): Serialized {
  const length = status === 204 ? {} : { "content-length": body.length };
  const start = Buffer.from(head(status, { ...headers, connection: "close", ...length }));
  return body.length > 0 ? { first: start, last: body } : { first: Buffer.alloc(0), last: start };
}

export function sendInformational(socket: Socket, statuses: readonly number[], headers: Headers): void {
  for (const status of statuses) socket.write(head(status, headers));
}

export function sendWhole(socket: Socket, { first, last }: Serialized): void {
  socket.end(Buffer.concat([first, last]));
}

export function sendHalf(socket: Socket, { first, last }: Serialized): void {
  socket.write(Buffer.concat([first, last.subarray(0, last.length / 2)]), () => socket.destroy());
}

/** Whether all of it was sent before the client left. */
export async function drip(socket: Socket, { first, last }: Serialized, everyMs: number): Promise<boolean> {
  socket.write(first);
  for (const byte of last) {
    if (socket.destroyed) return false;
    socket.write(Buffer.of(byte));
    await sleep(everyMs);
  }
  socket.end();
  return true;
}
