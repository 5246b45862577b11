import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Redis } from "ioredis";
import { type Authority, foundAuthority, signItself } from "../../network/support/authority.ts";
import { type RunningBroker, startBroker } from "../../support/broker.ts";
import { hasRedis, type RunningRedis, startRedis } from "../../support/redis.ts";
import { configOf, exchange, expectRefusal, purgeRule, useWorld } from "./world.ts";

const world = useWorld();
let authority: Authority;
const running: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  authority = await foundAuthority();
});
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});
afterAll(() => authority.end());

const replaceIt =
  "Name the file of its private authority in NODE_EXTRA_CA_CERTS, or replace the certificate.";

const describeWithRedis = hasRedis ? describe : describe.skip;

/** A broker with its store at this URL, which it reads from STORE_URL, and that trusts this authority as well. */
async function brokerOn(storeUrl: string, trusted?: Authority): Promise<RunningBroker> {
  const user = await world.fastly.addUser({ customer: "new" });
  const { config, env } = await configOf(world, {
    users: [{ id: "ci-web", user }],
    rules: [purgeRule(["ci-web"], user.services)],
    more: { store: { env: "STORE_URL" } },
  });
  const trust = trusted ? { NODE_EXTRA_CA_CERTS: trusted.file } : {};
  const broker = await startBroker(config, { env: { ...env, ...trust, STORE_URL: storeUrl } });
  running.push(broker);
  return broker;
}

async function redisWith(options: Parameters<typeof startRedis>[0]): Promise<RunningRedis> {
  const redis = await startRedis(options);
  running.push(redis);
  return redis;
}

/** Nothing is minted, and the broker says why in one line that names the server, without the password. */
async function expectOutage(broker: RunningBroker, url: string, why: string): Promise<void> {
  const before = await world.fastly.lastRequest();
  for (let times = 0; times < 2; times++)
    expectRefusal(await exchange(broker, await world.github.registerJob()), 503, "store_unavailable");
  expect(await world.fastly.lastRequest()).toBe(before);
  expect(broker.output().match(/^The store .*$/gm)).toEqual([
    `The store at ${new URL(url).host} ${why} No token is created until it can be used.`,
  ]);
  expect(broker.output()).not.toMatch(/a-redis-password|a-wrong-word/);
}

describeWithRedis("store: rediss://", () => {
  test.each([
    ["a password", undefined],
    ["a user and a password", "broker"],
  ])(
    "over a certificate of a trusted authority, with %s in the URL, a job gets its token",
    async (_, user) => {
      const redis = await redisWith({ tls: await authority.issue(["127.0.0.1"]), ...(user ? { user } : {}) });
      expect(redis.url).toMatch(/^rediss:/);
      const broker = await brokerOn(redis.url, authority);
      const job = await world.github.registerJob();
      expect((await exchange(broker, job)).status).toBe(200);
      expect((await broker.request("/readyz")).status).toBe(200);
    },
  );

  test("a certificate that nobody vouches for is refused", async () => {
    const redis = await redisWith({ tls: await signItself(["127.0.0.1"]) });
    const broker = await brokerOn(redis.url, authority);
    await expectOutage(
      broker,
      redis.url,
      `cannot be trusted: its certificate was not issued by an authority that this machine trusts (DEPTH_ZERO_SELF_SIGNED_CERT). ${replaceIt}`,
    );
    expect((await broker.request("/readyz")).status).toBe(503);
  });

  test("a certificate of another host is refused", async () => {
    const redis = await redisWith({ tls: await authority.issue(["redis.example.com"]) });
    await expectOutage(
      await brokerOn(redis.url, authority),
      redis.url,
      `cannot be trusted: its certificate belongs to another host (ERR_TLS_CERT_ALTNAME_INVALID). ${replaceIt}`,
    );
  });

  test("a wrong password is refused", async () => {
    const redis = await redisWith({ tls: await authority.issue(["127.0.0.1"]) });
    const broker = await brokerOn(redis.url.replace("a-redis-password", "a-wrong-word"), authority);
    await expectOutage(
      broker,
      redis.url,
      "rejects the user or the password (WRONGPASS). Correct them in the store's URL.",
    );
  });

  test("a server that does not speak TLS is named", async () => {
    const plain = createServer((socket) => socket.on("error", () => {}).end("-ERR Protocol error\r\n"));
    const url = (await listening(plain)).replace("redis:", "rediss:");
    await expectOutage(
      await brokerOn(url),
      url,
      "does not use TLS on that port (ERR_SSL_WRONG_VERSION_NUMBER). Correct the port in the store's URL; redis:// is for loopback.",
    );
  });
});

describeWithRedis("a store that cannot be used is named, with what to do", () => {
  test("no program listens there", async () => {
    const redis = await redisWith({});
    await redis.kill();
    await expectOutage(
      await brokerOn(redis.url),
      redis.url,
      "cannot be reached: no program listens there (ECONNREFUSED). Start it, or correct the host and port in the store's URL.",
    );
  });

  test("its host does not exist", async () => {
    const url = "rediss://:a-redis-password@no-such-host.invalid:6380";
    const broker = await brokerOn(url);
    expectRefusal(await exchange(broker, await world.github.registerJob()), 503, "store_unavailable");
    expect(broker.output()).toMatch(
      /^The store at no-such-host\.invalid:6380 cannot be reached: its host name is not resolved \((?:ENOTFOUND|EAI_AGAIN)\)\. Correct the host /m,
    );
    expect(broker.output()).not.toContain("a-redis-password");
  });

  test("it does not respond", async () => {
    const url = await listening(createServer((socket) => socket.on("error", () => {})));
    await expectOutage(
      await brokerOn(url),
      url,
      "cannot be reached: it does not respond (ETIMEDOUT). Start it, or correct the host and port in the store's URL: rediss:// is for a port that uses TLS. A firewall may be in the way.",
    );
  });

  test("it asks for a password", async () => {
    const redis = await redisWith({});
    const url = redis.url.replace(":a-redis-password@", "");
    await expectOutage(
      await brokerOn(url),
      url,
      "asks for a password (NOAUTH). Write it into the store's URL: rediss://USER:PASSWORD@HOST:PORT.",
    );
  });

  test("its user may not run scripts", async () => {
    const redis = await redisWith({});
    await configure(redis, "ACL", "SETUSER", "default", "-@scripting");
    await expectOutage(
      await brokerOn(redis.url),
      redis.url,
      "does not let its user run a command (NOPERM). Give that user +@all on the broker's keys.",
    );
  });

  test("it has no memory left, and is used again once it has", async () => {
    const redis = await redisWith({});
    const broker = await brokerOn(redis.url);
    await configure(redis, "CONFIG", "SET", "maxmemory", "1");
    await expectOutage(broker, redis.url, "has no memory left (OOM). Raise its maxmemory.");
    await configure(redis, "CONFIG", "SET", "maxmemory", "0");
    expect((await exchange(broker, await world.github.registerJob())).status).toBe(200);
  });

  test("a later fault is named after it was silent for a while, whatever found that out", async () => {
    const redis = await redisWith({});
    const broker = await brokerOn(redis.url);
    redis.pause();
    expect((await broker.request("/readyz")).status).toBe(503);
    redis.resume();
    expect((await exchange(broker, await world.github.registerJob())).status).toBe(200);
    await configure(redis, "CONFIG", "SET", "maxmemory", "1");
    expectRefusal(await exchange(broker, await world.github.registerJob()), 503, "store_unavailable");
    expect(broker.output().match(/(?<=^The store .*)\([A-Z]+\)/gm)).toEqual(["(ETIMEDOUT)", "(OOM)"]);
  });

  test("it is too old, by its own words", async () => {
    const url = await listening(oldRedis);
    await expectOutage(
      await brokerOn(url),
      url,
      "is Redis 4.0.14, which is too old. Use Redis 5.0 or newer, or Valkey.",
    );
  });
});

async function configure(redis: RunningRedis, command: string, ...args: string[]): Promise<void> {
  const admin = new Redis(redis.url);
  await admin.call(command, ...args);
  admin.disconnect();
}

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  running.push({ stop: async () => server.close() });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Responds as Redis 4 does: no RESP3, and no writes in a script that has asked for the time. */
const oldRedis = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    // Each command is an array of strings in bulk.
    for (const [, name = ""] of String(bytes).matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)/gi))
      socket.write(answerOfOld(name.toUpperCase()));
  });
});

function answerOfOld(name: string): string {
  const info = "# Server\r\nredis_version:4.0.14\r\n";
  if (name === "INFO") return `$${info.length}\r\n${info}\r\n`;
  if (name === "HELLO") return "-ERR unknown command 'HELLO'\r\n";
  if (name.startsWith("EVAL")) return "-ERR Write commands not allowed after non deterministic commands\r\n";
  return "+OK\r\n";
}
