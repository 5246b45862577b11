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

/** Nothing is minted, and the broker says why in one line, without the password. */
async function expectOutage(broker: RunningBroker, why: string): Promise<void> {
  const before = await world.fastly.lastRequest();
  expectRefusal(await exchange(broker, await world.github.registerJob()), 503, "store_unavailable");
  expect((await broker.request("/readyz")).status).toBe(503);
  expect(await world.fastly.lastRequest()).toBe(before);
  expect(broker.output().match(/^The store .*$/gm)).toEqual([
    `The store cannot be reached (${why}): no token is created until it is back.`,
  ]);
  expect(broker.output()).not.toContain("a-redis-password");
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
    await expectOutage(
      await brokerOn(redis.url, authority),
      "its certificate was not issued by an authority that this machine trusts, DEPTH_ZERO_SELF_SIGNED_CERT",
    );
  });

  test("a certificate of another host is refused", async () => {
    const redis = await redisWith({ tls: await authority.issue(["redis.example.com"]) });
    await expectOutage(
      await brokerOn(redis.url, authority),
      "its certificate belongs to another host, ERR_TLS_CERT_ALTNAME_INVALID",
    );
  });

  test("a wrong password is refused", async () => {
    const redis = await redisWith({ tls: await authority.issue(["127.0.0.1"]) });
    const broker = await brokerOn(redis.url.replace("a-redis-password", "another"), authority);
    await expectOutage(broker, "WRONGPASS");
  });
});
