import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { stall } from "../support/faults.ts";
import { useNetwork } from "./support/network.ts";
import { type Listening, listen, startTlsFront } from "./support/relay.ts";

const network = useNetwork();

/** When a server ends a connection that its client would keep. */
type Closing = "never" | "after an answer that says so" | "after each answer" | "at the next request";

type Server = Listening & {
  /** How many requests came on each connection. */
  perConnection(): number[];
};

const endings: Listening[] = [];
afterEach(async () => {
  for (const { end } of endings.splice(0).reverse()) await end();
});

/** Stands before the API, and closes connections. */
async function startServer(closing: Closing): Promise<Server> {
  const connections = new Map<Socket, number>();
  const server = createServer((request, response) => {
    const { socket } = request;
    // What slips in while the connection is being closed was never received.
    if (socket.writableEnded) return;
    const earlier = connections.get(socket) ?? 0;
    connections.set(socket, earlier + 1);
    // As a server does that has just grown tired of an idle connection: the request meets a closed door.
    if (closing === "at the next request" && earlier > 0) {
      socket.resetAndDestroy();
      return;
    }
    if (closing === "after an answer that says so") response.shouldKeepAlive = false;
    if (closing === "after each answer") response.once("finish", () => socket.destroySoon());
    forward(request, response);
  });
  const listening = await listen(server);
  endings.push(listening);
  return { ...listening, perConnection: () => [...connections.values()] };
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = "/" } = request;
  const onward = ask(
    new URL(url, network.action.emulator.url),
    { method, headers, agent: false },
    (answer) => {
      const { connection, "keep-alive": keepAlive, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(response);
    },
  );
  onward.on("error", () => request.socket.destroy());
  request.pipe(onward);
}

/** A job whose create was carried out and its answers lost, so that post has several requests to make. */
async function jobToRecover(apiUrl: string, env: Record<string, string> = {}) {
  const { emulator } = network.action;
  const job = await network.job({ inputs: { "api-url": apiUrl }, env });
  await emulator.inject("POST /tokens", stall("after"));
  const after = (await emulator.requests()).length;
  const step = await job.start("main");
  await emulator.nextRequest({ method: "POST", path: "/tokens", phase: "committed", after });
  step.kill("SIGKILL");
  await step.done;
  expect(await job.alive()).toBe(1);
  return job;
}

/** What post asks for where nothing is in the way. */
let recovery: string[];
beforeAll(async () => {
  const job = await jobToRecover(network.action.emulator.url);
  await job.run("post");
  recovery = asRoutes(await job.requests()).slice(1);
  expect(recovery.length).toBeGreaterThan(3);
});

const asRoutes = (requests: string[]) =>
  requests.map((line) => line.replace(/\/tokens\/\w{22}/, "/tokens/:id"));

describe.each<[Closing, (requests: number) => number[]]>([
  ["never", (requests) => [requests]],
  ["after an answer that says so", (requests) => Array(requests).fill(1)],
  ["after each answer", (requests) => Array(requests).fill(1)],
])("a server that closes connections %s", (closing, perConnection) => {
  test("costs post's recovery no request more", async () => {
    const server = await startServer(closing);
    const job = await jobToRecover(`http://127.0.0.1:${server.port}`);
    const before = server.perConnection().length;
    const post = await job.run("post");
    expect(post).toMatchObject({ conclusion: "success", annotations: [] });
    expect(asRoutes(await job.requests()).slice(1)).toEqual(recovery);
    expect(server.perConnection().slice(before)).toEqual(perConnection(recovery.length));
    expect(await job.alive()).toBe(0);
  });

  test("changes nothing for main and post of a plain job", async () => {
    const server = await startServer(closing);
    const job = await network.job({ inputs: { "api-url": `http://127.0.0.1:${server.port}` } });
    expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  });
});

test("a server that closes a connection just as the next request arrives: post asks again, and is calm", async () => {
  const server = await startServer("at the next request");
  const job = await jobToRecover(`http://127.0.0.1:${server.port}`);
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(asRoutes(await job.requests()).slice(1)).toEqual(recovery);
  expect(server.perConnection()).toContain(2);
  expect(await job.alive()).toBe(0);
});

test("through a proxy and https, a server that closes after each answer: a new tunnel for each request", async () => {
  const server = await startServer("after each answer");
  const front = await startTlsFront(await network.authority.issue(["api.fastly.test"]), server.port);
  endings.push(front);
  const proxy = await network.proxy();
  const job = await jobToRecover(`https://api.fastly.test:${front.port}`, { HTTPS_PROXY: proxy.address });
  const before = proxy.asked().length;
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(asRoutes(await job.requests()).slice(1)).toEqual(recovery);
  expect(proxy.asked().slice(before).length).toBeGreaterThanOrEqual(recovery.length);
  expect(await job.alive()).toBe(0);
});

test("sweep: a server that closes after each answer", async () => {
  const server = await startServer("after each answer");
  const { job } = await network.main({ runId: "1000000001" });
  const { username, password } = job.user;
  const sweep = await network.companion("sweep", {
    inputs: {
      "api-url": `http://127.0.0.1:${server.port}`,
      username,
      password,
      "older-than": "0s",
      "trust-age": "true",
    },
  });
  expect(await sweep.run("main")).toMatchObject({ conclusion: "success", outputs: { swept: "1" } });
  expect(await job.alive()).toBe(0);
  expect(new Set(server.perConnection())).toEqual(new Set([1]));
});
