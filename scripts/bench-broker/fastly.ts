/* Answers in Fastly's place at once, for scripts/bench-broker.ts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const lifetimeMs = Number(process.argv[2]) * 60_000;
let made = 0;
const server = createServer((incoming, response) => {
  incoming.resume();
  incoming.on("end", () => {
    const now = Date.now();
    const id = String(++made).padStart(22, "0");
    const body = JSON.stringify({
      id,
      name: "a token",
      user_id: "u",
      customer_id: "c",
      scope: "purge_select",
      services: ["SU1Z0isxPaozGVKXdv0eY"],
      created_at: timestamp(now),
      expires_at: timestamp(now + lifetimeMs),
      access_token: id.padStart(32, "x"),
    });
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
});
server.keepAliveTimeout = lifetimeMs;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});

function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
