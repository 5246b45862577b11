import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getTokenCurrent } from "../../src/fastly/index.ts";
import { described, useClient, userAgent } from "./client.ts";

const client = useClient();

const seen: IncomingMessage[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    response.end(JSON.stringify(described));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test("the headers of a request", async () => {
  await getTokenCurrent(client.connect({ apiUrl: url }), "a-key");
  expect(seen.at(-1)?.headers).toMatchObject({
    "user-agent": userAgent,
    accept: "application/json",
    "fastly-key": "a-key",
  });
});

test.each([
  ["", "/tokens/self"],
  ["/", "/tokens/self"],
  ["/some/where", "/some/where/tokens/self"],
  ["/some/where//", "/some/where/tokens/self"],
])("a URL that ends in %j leads to %s", async (path, expected) => {
  await getTokenCurrent(client.connect({ apiUrl: `${url}${path}` }), "a-key");
  expect(seen.at(-1)?.url).toBe(expected);
});
