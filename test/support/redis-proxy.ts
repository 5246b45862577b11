import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Forwards to a server, unless it is away. A response that holds some text is dropped once, with its connection. */
export async function startRedisProxy(target: string) {
  const { port } = new URL(target);
  const sockets = new Set<Socket>();
  let unwanted: string | undefined;
  let isAway = false;
  const server = createServer((client) => {
    if (isAway) return void client.destroy();
    const upstream = connect(Number(port), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (bytes) => {
      if (unwanted === undefined || !bytes.includes(unwanted)) return client.write(bytes);
      unwanted = undefined;
      return client.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  function leave(): void {
    isAway = true;
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: url.href,
    dropResponse: (text: string) => {
      unwanted = text;
    },
    leave,
    comeBack: () => {
      isAway = false;
    },
    stop: () => {
      server.close();
      leave();
    },
  };
}
