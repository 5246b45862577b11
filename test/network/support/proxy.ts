import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import type { Identity } from "./authority.ts";
import { type Listening, listen, passOn } from "./relay.ts";

export type Credentials = { username: string; password: string };

export type ProxyOptions = {
  /** Who may use it: by default, everybody. */
  credentials?: Credentials;
  /** The status that it answers to whoever asks for a tunnel. */
  refuseWith?: number;
  /** Makes it one that is spoken to by https. */
  identity?: Identity;
};

/** Starts a proxy, in a process of its own. */
export async function startProxy(options: ProxyOptions = {}): Promise<Listening> {
  const child = fork("test/network/support/proxy-process.ts", [JSON.stringify(options)], {
    execArgv: [`--require=${resolve("test/network/support/hosts.cjs")}`],
  });
  const exited = once(child, "exit");
  const [port] = (await Promise.race([
    once(child, "message"),
    exited.then(([code]) => {
      throw new Error(`the proxy ended with ${code} before it was ready`);
    }),
  ])) as [number];
  return {
    port,
    end: async () => {
      child.disconnect();
      await exited;
    },
  };
}

/** A tap on the wire to a proxy: what connects to it gets to the proxy, and is recorded. */
export type Tap = Listening & {
  /** `127.0.0.1:port` */
  address: string;
  /** What each connection asked for a tunnel to, as `host:port`. Of a proxy that speaks plain http alone. */
  asked(): string[];
  /** All that was sent to the proxy, and by it. */
  bytes(): Buffer;
};

export async function tapWire(port: number): Promise<Tap> {
  const connections: { sent: Buffer[]; received: Buffer[] }[] = [];
  const server = createServer((socket) => {
    const connection = { sent: [] as Buffer[], received: [] as Buffer[] };
    connections.push(connection);
    const onward = passOn(socket, port);
    socket.on("data", (chunk) => connection.sent.push(chunk));
    onward.on("data", (chunk) => connection.received.push(chunk));
  });
  const listening = await listen(server);
  return {
    ...listening,
    address: `127.0.0.1:${listening.port}`,
    bytes: () => Buffer.concat(connections.flatMap(({ sent, received }) => [...sent, ...received])),
    asked: () => connections.map(({ sent }) => tunnelOf(Buffer.concat(sent))),
  };
}

function tunnelOf(sent: Buffer): string {
  return /^CONNECT (\S+) HTTP/.exec(sent.toString("latin1"))?.[1] ?? "no tunnel";
}
