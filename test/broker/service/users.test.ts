import { type RunningBroker, startBroker } from "../../support/broker.ts";
import { brokerFor, configOf, endNothing, exchange, purgeRule, useWorld } from "./world.ts";

const world = useWorld();

async function within<T>(broker: RunningBroker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await broker.stop();
  }
}

async function metric(broker: RunningBroker, line: string): Promise<string | undefined> {
  const { text } = await broker.request("/metrics");
  return text
    .split("\n")
    .find((one) => one.startsWith(`${line} `))
    ?.slice(line.length + 1);
}

test("a user whose credentials are refused is out, and the next takes over", async () => {
  const [wrong, right] = [await world.fastly.addUser(), await world.fastly.addUser()];
  const users = [
    { id: "first", user: { ...wrong, password: "not the password" } },
    { id: "second", user: right },
  ];
  const broker = await brokerFor(world, { users });
  await within(broker, async () => {
    const job = await world.github.registerJob();
    for (let n = 0; n < 5; n++) expect((await exchange(broker, job)).body.user_id).toBe(right.userId);
    const sent = (await world.fastly.requests()).filter(
      ({ path, method, status }) => `${method} ${path}` === "POST /tokens" && status === 400,
    );
    expect(sent).toHaveLength(1);
    expect(await metric(broker, 'fastly_broker_user_out{user="first"}')).toBe("1");
    expect(await metric(broker, 'fastly_broker_user_out{user="second"}')).toBe("0");
    await broker.nextAudit(({ event, user }) => event === "user" && user === "first");
    expect(broker.output()).not.toContain("not the password");
  });
});

test("with every user out, a rule has no token to give, and the password is not sent again", async () => {
  const user = await world.fastly.addUser();
  const broker = await brokerFor(world, { users: [{ id: "only", user: { ...user, password: "wrong" } }] });
  await within(broker, async () => {
    const job = await world.github.registerJob();
    const before = (await world.fastly.requests()).length;
    for (let n = 0; n < 6; n++) {
      const answer = await exchange(broker, job);
      expect([answer.status, answer.body.error_code]).toEqual([502, "upstream_refused"]);
    }
    expect((await world.fastly.requests()).length - before).toBe(1);
  });
});

test("jobs go to the user with most room, and a full one makes them wait, then says when to come again", async () => {
  const [small, large] = [await world.fastly.addUser(), await world.fastly.addUser()];
  const users = [
    { id: "small", user: small, maxLive: 3 },
    { id: "large", user: large, maxLive: 6 },
  ];
  const broker = await brokerFor(world, { users });
  await within(broker, async () => {
    const job = await world.github.registerJob();
    const answers = await Promise.all(Array.from({ length: 7 }, () => exchange(broker, job)));
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(200));
    // One place is the session key's.
    const minted = (userId: string) => answers.filter(({ body }) => body.user_id === userId).length;
    expect([minted(small.userId), minted(large.userId)]).toEqual([2, 5]);
    const waiting = exchange(broker, job);
    await fetch(`${world.fastly.url}/tokens/self`, {
      method: "DELETE",
      headers: { "fastly-key": answers[0]?.body.access_token },
    });
    expect((await waiting).status).toBe(200);
    const refused = await exchange(broker, job);
    expect([refused.status, refused.body.error_code]).toEqual([503, "no_room"]);
    const retryAfter = Number(refused.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThan(500);
    expect(retryAfter).toBeLessThanOrEqual(600);
  });
  const creates = (await world.fastly.requests()).filter(
    ({ path, method, status }) => `${method} ${path}` === "POST /tokens" && status === 400,
  );
  expect(creates.filter(({ n }) => n > 0).length).toBeLessThanOrEqual(2);
});

test("a user with two-factor authentication spends two codes for many tokens, and its key is ended at the end", async () => {
  const user = await world.fastly.addUser({ totp: true });
  const users = [{ id: "ci-edge", user }];
  const rules = [
    {
      ...purgeRule(["ci-edge"], user.services),
      grant: { scope: ["global"], services: user.services.slice(0, 1), max_ttl: "10m", account_access: true },
    },
  ];
  const broker = await brokerFor(world, { users, rules });
  await within(broker, async () => {
    const job = await world.github.registerJob();
    const answers = await Promise.all(Array.from({ length: 12 }, () => exchange(broker, job)));
    for (const answer of answers) {
      // A code may have to be waited for longer than a request may wait: then it says when to come again.
      const again = answer.status === 503 ? await exchange(broker, job) : answer;
      expect(again.status).toBe(200);
    }
    const live = await world.fastly.liveTokens(user.userId);
    expect(live.filter(({ name }) => name?.includes(" use=broker "))).toHaveLength(1);
  });
  const live = await world.fastly.liveTokens(user.userId);
  expect(live.filter(({ name }) => name?.includes(" use=broker "))).toEqual([]);
});

test("session keys that a killed broker left are found by their names, and ended", async () => {
  const user = await world.fastly.addUser();
  const users = [{ id: "ci-web", user }];
  const { config, env } = await configOf(world, { users });
  const job = await world.github.registerJob();
  const first = await startBroker(config, { env });
  await endNothing(first, await job.token(config.audience));
  await first.kill("SIGKILL");
  const leftover = (await world.fastly.liveTokens(user.userId)).map(({ id }) => id);
  expect(leftover).toHaveLength(1);
  const second = await startBroker(config, { env });
  await within(second, async () => {
    await endNothing(second, await job.token(config.audience));
    await second.nextAudit(({ reason }) => reason === "leftover_session_keys");
    const live = (await world.fastly.liveTokens(user.userId)).map(({ id }) => id);
    expect(live).not.toContain(leftover[0]);
  });
  expect(await world.fastly.liveTokens(user.userId)).toEqual([]);
});
