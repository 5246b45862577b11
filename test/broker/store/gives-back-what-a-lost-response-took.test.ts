import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Redis } from "ioredis";
import { openRedis } from "../../../src/broker/node-redis.ts";
import { createRedisStore } from "../../../src/broker/store/redis-store.ts";
import { type Store, StoreUnavailable } from "../../../src/broker/store/store.ts";
import { systemClock } from "../../../src/http/clock.ts";
import { hasRedis, type RunningRedis, startRedis } from "../../support/redis.ts";

/** Forwards to a server, unless it is away. A response that holds some text is dropped once, with its connection. */
async function startProxy(target: string) {
  const { port } = new URL(target);
  const sockets = new Set<Socket>();
  let unwanted: string | undefined;
  let isAway = false;
  const server = createServer((client) => {
    if (isAway) return void client.destroy();
    const upstream = connect(Number(port), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (bytes) => {
      if (unwanted === undefined || !bytes.includes(unwanted)) return client.write(bytes);
      unwanted = undefined;
      return client.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  function leave(): void {
    isAway = true;
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: url.href,
    dropResponse: (text: string) => {
      unwanted = text;
    },
    leave,
    comeBack: () => {
      isAway = false;
    },
    stop: () => {
      server.close();
      leave();
    },
  };
}

const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis("over a connection that breaks once Redis has done its part", () => {
  let redis: RunningRedis;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let store: Store;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startProxy(redis.url);
    store = createRedisStore(await openRedis(proxy.url, "lost", () => {}), systemClock);
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    await store.close();
    admin.disconnect();
    proxy.stop();
    await redis.stop();
  });

  const placesOf = (rule: string) => admin.zcard(`{lost}:rule:${rule}:live`);
  const request = { keepMs: 60_000, lifetimeMs: 600_000, quotas: { maxLive: 1, perHour: 1 } };

  async function untilFree(rule: string): Promise<void> {
    while ((await placesOf(rule)) > 0) await new Promise((again) => setTimeout(again, 20));
  }

  test("an admission whose response was lost takes no place of its rule", async () => {
    proxy.dropResponse("admitted");
    const first = { ...request, rule: "web", jwtId: "jwt-1", lease: "lease-1" };
    await expect(store.admit(first)).rejects.toThrow(StoreUnavailable);
    await untilFree("web");
    expect(await store.admit({ ...first, jwtId: "jwt-2", lease: "lease-2" })).toEqual({ kind: "admitted" });
  });

  test("nor does one whose withdrawal did not arrive", async () => {
    const first = { ...request, rule: "edge", jwtId: "jwt-3", lease: "lease-3" };
    expect(await store.admit(first)).toEqual({ kind: "admitted" });
    proxy.leave();
    await expect(store.withdraw("edge", "lease-3")).rejects.toThrow(StoreUnavailable);
    expect(await placesOf("edge")).toBe(1);
    proxy.comeBack();
    await untilFree("edge");
    expect(await store.admit({ ...first, jwtId: "jwt-4", lease: "lease-4" })).toEqual({ kind: "admitted" });
  });
});
