import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Listening } from "./relay.ts";

export type FullPort = Listening & {
  /** Accepts what waits, and whatever comes from now on, and passes it on. */
  open(): void;
};

/** A port of loopback whose backlog is full: whoever connects hears nothing, neither yes nor no. */
export async function fillPort(address = "127.0.0.1", passOnTo = 0, port = 0): Promise<FullPort> {
  const child = fork("test/network/support/full-port-process.ts", [address, String(passOnTo), String(port)]);
  const exited = once(child, "exit");
  const [listeningOn] = (await once(child, "message")) as [number];
  child.kill("SIGSTOP");
  // The kernel takes two for a backlog of one; the others find no room.
  const waiting = Array.from({ length: 6 }, () => connect(listeningOn, address).on("error", () => {}));
  await Promise.all(waiting.slice(0, 2).map((socket) => connected(socket)));
  return {
    port: listeningOn,
    open: () => {
      for (const socket of waiting) socket.destroy();
      child.kill("SIGCONT");
    },
    end: async () => {
      for (const socket of waiting) socket.destroy();
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function connected(socket: Socket): Promise<void> {
  if (socket.connecting) await once(socket, "connect");
}
