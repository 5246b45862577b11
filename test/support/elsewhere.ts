import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that nobody should ever ask, on loopback. */
export type Elsewhere = { readonly url: string; readonly hits: number; close(): void };

export async function startElsewhere(): Promise<Elsewhere> {
  let hits = 0;
  const server = createServer((_, response) => {
    hits += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get hits() {
      return hits;
    },
    close: () => server.close(),
  };
}
