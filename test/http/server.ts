import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { openFetchTransport } from "../../src/http/fetch.ts";
import { openTransport } from "../../src/http/node.ts";
import type { ExchangeLimits, HttpResponse, Transport } from "../../src/http/transport.ts";

/** Every transport of this project, under its name. */
export const transports: [name: string, open: (origin: string) => Transport][] = [
  ["undici", (origin) => openTransport(origin)],
  ["fetch", (origin) => openFetchTransport(origin)],
];

/** Answers one request by writing to its socket. */
export type Answer = (socket: Socket) => void;

export type RawServer = {
  origin: string;
  /** The requests as they came, byte by byte. */
  requests: string[];
  /** How many connections were opened. */
  connections(): number;
};

/** Gives a test servers that answer with whatever bytes it likes, ended when the test is over. */
export function useRawServer() {
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function start(answer: Answer): Promise<RawServer> {
    const sockets = new Set<Socket>();
    const requests: string[] = [];
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
        const [head = "", body] = text.split("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (body === undefined || body.length < length) return;
        requests.push(text);
        text = "";
        answer(socket);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    endings.push(async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), "close");
    });
    const { port } = server.address() as AddressInfo;
    return { origin: `http://127.0.0.1:${port}`, requests, connections: () => sockets.size };
  }

  /** Sends one request to a server that answers so. */
  async function ask(
    open: (origin: string) => Transport,
    answer: Answer,
    limits: Partial<ExchangeLimits> = {},
  ): Promise<HttpResponse> {
    const { origin } = await start(answer);
    return exchange(opened(open, origin), limits);
  }

  function opened(open: (origin: string) => Transport, origin: string): Transport {
    const transport = open(origin);
    endings.push(transport.close);
    return transport;
  }

  return { start, ask, opened };
}

export function exchange(transport: Transport, limits: Partial<ExchangeLimits> = {}): Promise<HttpResponse> {
  const request = {
    method: "POST",
    path: "/tokens",
    headers: { accept: "application/json" },
    body: "a=b",
  } as const;
  return transport.exchange(request, { timeoutMs: 30_000, maxBytes: 10_000, ...limits });
}

/** The bytes of an answer. */
export function answer(
  status: number,
  body: string | Buffer = "",
  headers: Record<string, string> = {},
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} Some\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}
