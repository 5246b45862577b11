/* The load of scripts/bench-broker.ts: as little work as it takes, since it shares the processors with what it measures. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Times {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Sends forms to `/v1/token` over so many connections, each with one request at a time. */
export async function exchangeMany(url: string, connections: number, forms: string[]): Promise<Times> {
  const { host, hostname, port } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, "connect");
      return socket;
    }),
  );
  const requests = forms.map((form) =>
    Buffer.from(
      `POST /v1/token HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
        `content-length: ${Buffer.byteLength(form)}\r\n\r\n${form}`,
    ),
  );
  const count = requests.length;
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(sockets.map((socket) => exchangeOver(socket, requests, times)));
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  times.sort((one, other) => one - other);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
}

function exchangeOver(socket: Socket, requests: Buffer[], times: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let received = "";
    function send(): void {
      const request = requests.pop();
      if (!request) {
        resolve();
        return;
      }
      received = "";
      sentAt = performance.now();
      socket.write(request);
    }
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed")));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (!isWhole(received)) return;
      times.push(performance.now() - sentAt);
      if (received.startsWith("HTTP/1.1 200 ")) send();
      else reject(new Error(received));
    });
    send();
  });
}

function isWhole(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${received}`);
  return received.length >= end + 4 + Number(length);
}
