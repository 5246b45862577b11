import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that redirects point to. Nothing may ever reach it. */
export type Elsewhere = {
  /** A URL of its own for one row. */
  urlFor(row: string): string;
  /** How many requests came for that row. */
  requestsOf(row: string): number;
  close(): void;
};

export async function openElsewhere(): Promise<Elsewhere> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const pathOf = (row: string) => `/${encodeURIComponent(row)}/`;

  return {
    urlFor: (row) => `http://127.0.0.1:${port}${pathOf(row)}`,
    requestsOf: (row) => seen.filter((path) => path.startsWith(pathOf(row))).length,
    close: () => void server.close(),
  };
}
