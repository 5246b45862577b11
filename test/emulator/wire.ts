import { get, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";

/** The bytes that answer one request, and in how many pieces they came, until the connection ends. */
export function answerOnTheWire(url: string, method: string, path: string, key: string) {
  const { hostname, port, host } = new URL(url);
  return new Promise<{ text: string; chunks: number }>((resolve, reject) => {
    let text = "";
    let chunks = 0;
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nFastly-Key: ${key}\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      chunks += 1;
    });
    socket.on("close", () => resolve({ text, chunks }));
    socket.on("error", reject);
  });
}

/** The answer to a GET with these headers and no others, its body as it came. */
export function rawResponse(url: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    get(url + path, { headers, agent: false }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) });
    }).on("error", reject);
  });
}
