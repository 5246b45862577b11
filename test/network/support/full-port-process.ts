import { createServer } from "node:net";
import { passOn } from "./relay.ts";

/* Listens with the smallest backlog there is, for a parent that stops this process before it accepts anything. */

const [address = "127.0.0.1", passOnTo = "0", port = "0"] = process.argv.slice(2);

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  passOn(socket, Number(passOnTo));
});
server.listen({ host: address, port: Number(port), backlog: 1 }, () => {
  const bound = server.address();
  process.send?.(typeof bound === "object" ? bound?.port : undefined);
});
process.once("disconnect", () => process.exit());
