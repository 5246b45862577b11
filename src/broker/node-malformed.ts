import { randomUUID } from "node:crypto";
import type { Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { malformed, refusalResponse } from "./service/refusal.ts";

/** What the sender still writes is read and dropped for a while: a reset could take the response from it. */
const lingerMs = 1_000;

const { refusal: tooSlow } = malformed("The request arrived too slowly.");
const { refusal: notHttp } = malformed(
  "The request is not well-formed HTTP/1.1, or its request line and headers are larger than 16 KiB.",
);
const { refusal: expectation } = malformed("The header Expect can only have the value 100-continue.");
const { refusal: tunnel } = malformed("The broker is not a proxy.");

/** Answers what never becomes a request as any malformed request is answered, and closes the connection. */
export function answerMalformed(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  const answered = new WeakSet<Duplex>();

  server.on("request", ({ socket }, response) => void responses.set(socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const refused = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? tooSlow : notHttp;
    answer(socket, refused).catch(() => socket.destroy());
  });
  server.on("connect", (_request, socket) => {
    answer(socket, tunnel).catch(() => socket.destroy());
  });
  server.on("checkExpectation", ({ socket }) => {
    answer(socket, expectation).catch(() => socket.destroy());
  });

  async function answer(socket: Duplex, refused: typeof notHttp): Promise<void> {
    // Each further piece that it sends fails once more.
    if (answered.has(socket)) return;
    answered.add(socket);
    const response = responses.get(socket);
    const isHalfSent = response?.headersSent === true && !response.writableEnded;
    if (isHalfSent || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.on("error", () => {});
    socket.end(await written(refusalResponse(refused, randomUUID())));
    socket.resume();
    const closing = setTimeout(() => socket.destroy(), lingerMs);
    socket.once("close", () => clearTimeout(closing));
  }
}

/** A response as it stands on the wire. */
async function written(response: Response): Promise<string> {
  const body = await response.text();
  const headers = [...response.headers, ["content-length", Buffer.byteLength(body)], ["connection", "close"]];
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${response.status} Bad Request\r\n${head}\r\n${body}`;
}
