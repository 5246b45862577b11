import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";

export type StallingServer = {
  readonly host: string;
  readonly port: number;
  /** Connections so far. Of a full backlog, which nothing ever accepts, always 0. */
  connections(): number;
  stop(): Promise<void>;
};

/** Accepts connections, reads what comes, and never says a word: in TCP, in TLS and in HTTP alike. */
export function startSilentServer(): Promise<StallingServer> {
  return listen(createServer((socket) => socket.on("error", () => {}).resume()));
}

/**
 * Speaks TLS up to the first bytes of its answer to the client's hello, and falls silent in the handshake.
 * With `bytes` it goes on for longer; with `Infinity` the handshake ends, and no HTTP comes.
 */
export async function startTlsStall(
  identity: { key: string; cert: string },
  bytes = 16,
): Promise<StallingServer> {
  const tls = await listen(
    createTlsServer(identity, (socket) => socket.on("error", () => {}).resume()).on(
      "tlsClientError",
      () => {},
    ),
  );
  const relay = await listen(createServer((client) => relayOnly(client, tls, bytes)));
  return {
    ...relay,
    stop: async () => {
      await relay.stop();
      await tls.stop();
    },
  };
}

/** Passes on all that the client says, and so many bytes of what the server sends. */
function relayOnly(client: Socket, { host, port }: StallingServer, bytes: number): void {
  const server = connect(port, host);
  let left = bytes;
  client.pipe(server);
  server.on("data", (chunk) => {
    client.write(chunk.subarray(0, Math.min(left, chunk.length)));
    left -= Math.min(left, chunk.length);
  });
  client.on("error", () => {}).on("close", () => server.destroy());
  server.on("error", () => {}).on("close", () => client.destroy());
}

/**
 * A port whose queue of connections is full, in a process that sleeps: the next connection is neither accepted nor
 * refused. Linux alone drops what does not fit the queue; elsewhere connections may be refused.
 */
export async function startFullBacklog(): Promise<StallingServer> {
  const listening = `
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () =>
      process.stdout.write(server.address().port + "\\n"));`;
  const child = spawn(process.execPath, ["-e", listening], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const port = Number(line);
  child.kill("SIGSTOP");
  const fillers = await fill(port);
  return {
    host: "127.0.0.1",
    port,
    connections: () => 0,
    stop: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Connects until a connection hangs. */
async function fill(port: number): Promise<Socket[]> {
  const fillers: Socket[] = [];
  for (;;) {
    const filler = connect(port, "127.0.0.1").on("error", () => {});
    fillers.push(filler);
    // The kernel connects on loopback at once. A busy process may only hear of it late, so it listens once more.
    await sleep(300);
    await new Promise(setImmediate);
    if (filler.connecting) return fillers;
  }
}

async function listen(server: Server): Promise<StallingServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: "127.0.0.1",
    port,
    connections: () => connections,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
