import { type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { delay, respond } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import {
  audience,
  brokerFor,
  configOf,
  endNothing,
  exchange,
  purgeRule,
  stoppedTime,
  useWorld,
} from "./world.ts";

const world = useWorld();

/** The IDs of the broker's own keys that are alive. */
async function sessionKeys(user: AddedUser): Promise<string[]> {
  const live = await world.fastly.liveTokens(user.userId);
  return live.filter(({ name }) => name?.includes(" use=broker ")).map(({ id }) => id);
}

async function listAs(broker: RunningBroker, job: GitHubJob): Promise<void> {
  await endNothing(broker, await job.token(audience));
}

/** The requests since, other than those that list tokens. */
async function requestsSince(since: number): Promise<string[]> {
  const requests = await world.fastly.requests();
  return requests
    .filter(({ n, method }) => n > since && method !== "GET")
    .map(({ method, path }) => `${method} ${path}`);
}

test("a two-factor user creates tokens at once after a reload, with the session key that it had", async () => {
  const user = await world.fastly.addUser({ totp: true });
  const users = [{ id: "ci-edge", user }];
  const grant = { scope: ["global"], account_access: true };
  const rules = [purgeRule(["ci-edge"], user.services, { grant })];
  const { config } = await configOf(world, { users, rules });
  const broker = await brokerFor(world, { users, rules });
  try {
    const job = await world.github.registerJob();
    // A code may have to be waited for longer than a request may wait.
    while ((await exchange(broker, job)).status === 503);
    const before = await sessionKeys(user);
    expect(before).toHaveLength(1);
    for (let n = 0; n < 3; n++) {
      const since = await world.fastly.lastRequest();
      expect(await broker.reload(config)).toMatchObject({ decision: "done" });
      expect((await exchange(broker, job)).status).toBe(200);
      expect(await requestsSince(since)).toEqual(["POST /tokens"]);
    }
    expect(await sessionKeys(user)).toEqual(before);
  } finally {
    expect(await broker.stop()).toBe(0);
  }
  expect(await sessionKeys(user)).toEqual([]);
});

test("requests of the configuration before end without the session key that others still use", async () => {
  const user = await world.fastly.addUser();
  const users = [{ id: "ci-web", user }];
  const { config } = await configOf(world, { users });
  const broker = await brokerFor(world, { users });
  try {
    const job = await world.github.registerJob();
    await listAs(broker, job);
    const before = await sessionKeys(user);
    expect(before).toHaveLength(1);
    await world.fastly.inject("POST /tokens", delay(1_000));
    const since = await world.fastly.lastRequest();
    const underWay = exchange(broker, job);
    await world.fastly.nextRequest({ method: "POST", path: "/tokens", after: since });
    await broker.reload(config);
    await listAs(broker, job);
    expect((await underWay).status).toBe(200);
    await broker.reload(config);
    await listAs(broker, job);
    expect(await requestsSince(since)).toEqual(["POST /tokens"]);
    expect(await sessionKeys(user)).toEqual(before);
  } finally {
    await broker.stop();
  }
  expect(await sessionKeys(user)).toEqual([]);
});

test("a user with another password begins anew, and the session key that it had is ended", async () => {
  const user = await world.fastly.addUser();
  const before = await configOf(world, { users: [{ id: "ci-web", user }] });
  const after = await configOf(world, { users: [{ id: "ci-web", user }] });
  Object.assign(after.config.fastly.users[0] ?? {}, { password: { env: "NEXT_PASSWORD" } });
  const password = "the next password";
  const broker = await startBroker(before.config, { env: { ...before.env, NEXT_PASSWORD: password } });
  try {
    const job = await world.github.registerJob();
    await listAs(broker, job);
    const [old] = await sessionKeys(user);
    await world.fastly.changeUser(user.userId, { password });
    const since = await world.fastly.lastRequest();
    await broker.reload(after.config);
    await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after: since });
    expect((await exchange(broker, job)).status).toBe(200);
    await listAs(broker, job);
    const keys = await sessionKeys(user);
    expect(keys).toHaveLength(1);
    expect(keys).not.toContain(old);
  } finally {
    await broker.stop();
  }
  expect(await sessionKeys(user)).toEqual([]);
});

test("a session key that could not be ended after a reload is ended when a list shows it", async () => {
  const user = await world.fastly.addUser();
  const before = await configOf(world, { users: [{ id: "ci-web", user }] });
  const after = await configOf(world, { users: [{ id: "ci-edge", user }] });
  const broker = await startBroker(before.config, { env: { ...before.env, ...after.env } });
  try {
    const job = await world.github.registerJob();
    await listAs(broker, job);
    const [old = ""] = await sessionKeys(user);
    await world.fastly.inject("DELETE /tokens/self", respond(403, { msg: "Forbidden" }));
    const since = await world.fastly.lastRequest();
    await broker.reload(after.config);
    await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after: since });
    const isEnded = async () => (await requestsSince(since)).includes(`DELETE /tokens/${old}`);
    // A list that comes before the refusal shows a key that the broker still counts as its own.
    for (let lists = 0; lists < 5 && !(await isEnded()); lists++) await listAs(broker, job);
    expect(await isEnded()).toBe(true);
    expect((await exchange(broker, job)).status).toBe(200);
  } finally {
    await broker.stop();
  }
  expect(await sessionKeys(user)).toEqual([]);
});

test("a reload has a refused password sent once more, and four times in all", async () => {
  const user = await world.fastly.addUser();
  const wrong = { ...user, password: "not the password" };
  const before = await configOf(world, { users: [{ id: "ci-web", user: wrong }] });
  const after = await configOf(world, { users: [{ id: "ci-web", user }] });
  Object.assign(after.config.fastly.users[0] ?? {}, { password: { env: "NEXT_PASSWORD" } });
  const env = { ...before.env, NEXT_PASSWORD: user.password };
  const broker = await startBroker(before.config, { env });
  try {
    const job = await world.github.registerJob();
    const since = await world.fastly.lastRequest();
    const sent = [];
    for (let n = 0; n < 6; n++) {
      expect((await exchange(broker, job)).body.error_code).toBe("upstream_refused");
      expect((await exchange(broker, job)).body.error_code).toBe("upstream_refused");
      sent.push((await requestsSince(since)).length);
      await broker.reload(before.config);
    }
    expect(sent).toEqual([1, 2, 3, 4, 4, 4]);
    await broker.reload(after.config);
    expect((await exchange(broker, job)).status).toBe(200);
  } finally {
    await broker.stop();
  }
});

test("reloads give a password that rests no further request", async () => {
  const user = await world.fastly.addUser();
  const users = [{ id: "ci-web", user }];
  const { config, env } = await configOf(world, { users });
  const broker = await startBroker(config, { env: { ...env, ...stoppedTime } });
  try {
    const job = await world.github.registerJob();
    await world.fastly.inject("POST /tokens", respond(403, { msg: "Not now" }), { times: 100 });
    const since = await world.fastly.lastRequest();
    for (let n = 0; n < 8; n++) {
      await exchange(broker, job);
      await broker.reload(config);
    }
    expect(await requestsSince(since)).toEqual(Array(4).fill("POST /tokens"));
  } finally {
    await broker.stop();
  }
});

test("a reload that is asked for after SIGTERM does not happen, and the process ends", async () => {
  const user = await world.fastly.addUser();
  const broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
  const job = await world.github.registerJob();
  await listAs(broker, job);
  expect(await sessionKeys(user)).toHaveLength(1);
  await world.fastly.inject("DELETE /tokens/self", delay(1_000));
  const since = await world.fastly.lastRequest();
  const code = broker.stop();
  await world.fastly.nextRequest({ method: "DELETE", path: "/tokens/self", after: since });
  process.kill(broker.pid, "SIGHUP");
  expect(await code).toBe(0);
  expect(await sessionKeys(user)).toEqual([]);
  expect(broker.audit().map(({ event }) => event)).not.toContain("reload");
});
