import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { useWorld, withBroker } from "../service/world.ts";
import { codesOf, createsSince, exchangeAll, lastRequest } from "./support.ts";

const world = useWorld();

test("a broker that starts anew finds by a list how little room an earlier one has left", async () => {
  const user = await world.fastly.addUser();
  const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
  const earlier = { name: "of an earlier broker", user: user.userId, expires_at: soon };
  await world.fastly.addTokens(Array(80).fill(earlier));
  const since = await lastRequest(world.fastly);
  const gate = await holdCreatesUntilListed(world.fastly.url, 4);
  try {
    const fastly = { ...world.fastly, url: gate.url };
    await withBroker(
      { github: world.github, fastly },
      { users: [{ id: "ci-web", user }] },
      async (broker) => {
        const job = await world.github.registerJob();
        const codes = codesOf(await exchangeAll(broker, job, 30));
        expect(codes.filter((code) => code === "200")).toHaveLength(19);
        expect(codes.filter((code) => code === "no_room")).toHaveLength(11);
      },
    );
  } finally {
    await gate.stop();
  }
  const refused = (await createsSince(world.fastly, since)).filter(({ status }) => status !== 200);
  expect(refused).toEqual([]);
});

/** What stands before Fastly: after some tokens for jobs it makes no more until a list has been sent. */
async function holdCreatesUntilListed(fastlyUrl: string, free: number) {
  const listed = Promise.withResolvers<void>();
  let creates = 0;
  const server = createServer((request, response) => {
    forward(request, response).catch(() => request.socket.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = await text(request);
    const isForJob = / use=job /.test(new URLSearchParams(body).get("name") ?? "");
    if (method === "POST" && url === "/tokens" && isForJob && ++creates > free) await listed.promise;
    const { host, connection, "content-length": length, "accept-encoding": encodings, ...sent } = headers;
    const answer = await fetch(`${fastlyUrl}${url}`, {
      method,
      headers: { ...(sent as Record<string, string>), "accept-encoding": "identity" },
      ...(body === "" ? {} : { body }),
    });
    const { "transfer-encoding": chunked, connection: kept, ...given } = Object.fromEntries(answer.headers);
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, given);
    response.end(bytes, () => {
      if (method === "GET" && url === "/tokens") listed.resolve();
    });
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
