import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

function listen(server: Server, port = 0): Promise<number> {
  return once(server.listen(port, "127.0.0.1"), "listening").then(
    () => (server.address() as AddressInfo).port,
  );
}

async function portOfNobody(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), "close");
  return port;
}

test("an API that is down for a moment costs nothing but time, and no second token", async () => {
  const port = await portOfNobody();
  const job = await action.job({ inputs: { "api-url": `http://127.0.0.1:${port}` } });
  const step = await job.start("main");
  await step.printed("Could not connect");
  const sockets = new Set<Socket>();
  const relay = createServer((socket) => {
    sockets.add(socket);
    const onward = connect(Number(new URL(action.emulator.url).port), "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  await listen(relay, port);
  expect(await step.done).toMatchObject({ conclusion: "success" });
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
  for (const socket of sockets) socket.destroy();
  await once(relay.close(), "close");
});

test("one that stays down fails the step, says so, and leaves post nothing to do", async () => {
  const port = await portOfNobody();
  const job = await action.job({ inputs: { "api-url": `http://127.0.0.1:${port}`, timeout: "2s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toMatch(/could not be reached.*ECONNREFUSED/);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});
