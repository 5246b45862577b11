import { createServer, type Socket } from "node:net";
import { messagesOf } from "../support/action.ts";
import { useNetwork } from "./support/network.ts";
import { type Listening, listen, passOn } from "./support/relay.ts";

const network = useNetwork();
const endings: Listening[] = [];
afterEach(async () => {
  for (const { end } of endings.splice(0)) await end();
});

async function portOfNobody(): Promise<number> {
  const { port, end } = await listen(createServer());
  await end();
  return port;
}

type Behaviour = (socket: Socket) => void;

/** A proxy that works until a test changes it: post uses the proxy that main used. */
async function failingProxy(behave: Behaviour | "down"): Promise<{ url: string; fail(): Promise<void> }> {
  const working = await network.proxy();
  let hasFailed = false;
  const server = createServer((socket) => {
    if (hasFailed && behave !== "down") behave(socket);
    else passOn(socket, working.port);
  });
  const listening = await listen(server);
  endings.push(listening);
  return {
    url: `http://127.0.0.1:${listening.port}`,
    fail: async () => {
      hasFailed = true;
      if (behave === "down") await listening.end();
    },
  };
}

const proxies: [string, RegExp, Behaviour | "down"][] = [
  ["is down", /ECONNREFUSED/, "down"],
  ["never answers", /within/, (socket) => socket.resume()],
  ["hangs up", /proxy/, (socket) => socket.once("data", () => socket.end())],
  ["speaks something else", /proxy/, (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n")],
  [
    "breaks off within the tunnel",
    /proxy/,
    (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 Connected\r\n\r\n")),
  ],
];

test.each(proxies)("a proxy that %s: main and post say so", async (_how, words, behave) => {
  const inputs = { timeout: "2s" };
  const proxy = await failingProxy(behave);
  const env = { HTTPS_PROXY: proxy.url };
  const { job, outputs, conclusion } = await network.main({ inputs, env });
  expect(conclusion).toBe("success");
  await proxy.fail();
  const [post, main] = await Promise.all([job.run("post"), network.main({ env, inputs })]);

  expect(post.conclusion).toBe("success");
  const [warning] = messagesOf(post, "warning");
  expect(main.conclusion).toBe("failure");
  const [error, ...more] = messagesOf(main, "error");
  expect(more).toEqual([]);
  for (const message of [warning, error]) {
    expect(message).toMatch(/The proxy could not be reached.*HTTPS_PROXY.*NO_PROXY/);
    expect(message).toMatch(words);
  }
  expect(warning).toContain(outputs["token-id"]);
  expect(warning).toContain(outputs["expires-at"]);
  expect(await main.job.requests()).toEqual([]);
});

test("a proxy that forbids the tunnel is asked once, and quoted with its status", async () => {
  const proxy = await network.proxy({ refuseWith: 403 });
  const main = await network.main({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/proxy.*403/i)]);
  expect(proxy.asked()).toHaveLength(1);
});

test("a proxy that cannot connect for now is asked again", async () => {
  const proxy = await network.proxy({ refuseWith: 503 });
  const env = { HTTPS_PROXY: `http://${proxy.address}` };
  const main = await network.main({ env, inputs: { timeout: "2s" } });
  expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/proxy/i)]);
  // What the last try met may be the end of its time.
  expect(main.log).toMatch(/HTTP 503/);
  expect(proxy.asked().length).toBeGreaterThan(1);
});

test("a proxy that is down for a moment costs nothing but time, and no second token", async () => {
  const proxy = await network.proxy();
  const port = await portOfNobody();
  const job = await network.job({ env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } });
  const step = await job.start("main");
  await step.printed("Could not connect");
  endings.push(
    await listen(
      createServer((socket) => passOn(socket, proxy.port)),
      { port },
    ),
  );
  expect(await step.done).toMatchObject({ conclusion: "success" });
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});
