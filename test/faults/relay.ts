import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A way to the emulator that can be shut: then its port refuses connections. */
export type Relay = {
  url: string;
  /** Shuts at once (0), or as it hands over the answer to that request, counted from now. */
  shutAfter(requests: number): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
};

export async function openRelay(target: string): Promise<Relay> {
  const port = await freePort();
  let server: Server | undefined;
  let untilShut: { requests: number; shut: () => void } | undefined;
  const relay: Relay = { url: `http://127.0.0.1:${port}`, shutAfter, open, close: async () => shut() };
  await open();
  return relay;

  async function open(): Promise<void> {
    untilShut = undefined;
    if (server) return;
    server = createServer((incoming, outgoing) => void forward(incoming, outgoing));
    await once(server.listen(port, "127.0.0.1"), "listening");
  }

  function shut(): void {
    server?.close();
    server = undefined;
    untilShut?.shut();
    untilShut = undefined;
  }

  function shutAfter(requests: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    untilShut = { requests, shut: resolve };
    if (requests === 0) shut();
    return promise;
  }

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    try {
      const body = await text(incoming);
      const onward = request(target + url, { method, headers, agent: false });
      onward.end(body);
      const [answer] = (await once(onward, "response")) as [IncomingMessage];
      const answered = await text(answer);
      if (untilShut && --untilShut.requests === 0) {
        outgoing.shouldKeepAlive = false;
        shut();
      }
      outgoing.writeHead(answer.statusCode ?? 0, withoutConnection(answer.headers)).end(answered);
    } catch {
      // What breaks beyond the relay breaks before it: the client learns no more than that.
      incoming.destroy();
    }
  }
}

function withoutConnection(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const { connection, "transfer-encoding": encoding, ...rest } = headers;
  return rest;
}

/** Below the ports that systems give to outgoing connections, so that nobody takes it while the relay is shut. */
async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const probe = createServer();
    try {
      await once(probe.listen(port, "127.0.0.1"), "listening");
      await new Promise((closed) => probe.close(closed));
      return port;
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}
