import { respond } from "../../support/faults.ts";
import { configOf, exchange, useWorld, withBroker } from "../service/world.ts";
import { codesOf, createsSince, exchangeAll, lastRequest, metricOf } from "./support.ts";

const world = useWorld();

const unclear = () => respond(403, { msg: "Your request could not be processed" });

test("one refusal that does not speak of credentials fails one job, and the user goes on", async () => {
  const users = [{ id: "ci-web", user: await world.fastly.addUser() }];
  await withBroker(world, { users }, async (broker) => {
    const job = await world.github.registerJob();
    expect((await exchange(broker, job)).status).toBe(200);
    await world.fastly.inject("POST /tokens", unclear());
    expect((await exchange(broker, job)).body.error_code).toBe("upstream_refused");
    expect(codesOf(await exchangeAll(broker, job, 3))).toEqual(["200", "200", "200"]);
    expect(await metricOf(broker, 'fastly_broker_user_resting{user="ci-web"}')).toBe(0);
    expect(await metricOf(broker, 'fastly_broker_user_out{user="ci-web"}')).toBe(0);
  });
});

test("while such refusals go on, the password is sent four times and rests", async () => {
  const users = [{ id: "ci-web", user: await world.fastly.addUser() }];
  await withBroker(world, { users }, async (broker) => {
    const job = await world.github.registerJob();
    await world.fastly.inject("POST /tokens", unclear(), { times: 100 });
    const since = await lastRequest(world.fastly);
    const answers = [];
    for (let n = 0; n < 8; n++) answers.push(await exchange(broker, job));
    expect(codesOf(answers)).toEqual([
      ...Array(4).fill("upstream_refused"),
      ...Array(4).fill("upstream_unavailable"),
    ]);
    const retryAfter = Number(answers.at(-1)?.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(15);
    expect(await createsSince(world.fastly, since)).toHaveLength(4);
    expect(await metricOf(broker, 'fastly_broker_user_resting{user="ci-web"}')).toBe(1);
    expect(await metricOf(broker, 'fastly_broker_user_out{user="ci-web"}')).toBe(0);
  });
});

test.each([
  ["a wrong password", { password: "changed at Fastly" }],
  ["a locked account", { locked: true }],
] as const)(
  "%s puts the user out after one request, whatever it made before, until a reload",
  async (_, change) => {
    const user = await world.fastly.addUser();
    const options = { users: [{ id: "ci-web", user }] };
    const { config } = await configOf(world, options);
    await withBroker(world, options, async (broker) => {
      const job = await world.github.registerJob();
      expect((await exchange(broker, job)).status).toBe(200);
      await world.fastly.changeUser(user.userId, change);
      const since = await lastRequest(world.fastly);
      for (let n = 0; n < 4; n++)
        expect((await exchange(broker, job)).body.error_code).toBe("upstream_refused");
      expect(await createsSince(world.fastly, since)).toHaveLength(1);
      expect(await metricOf(broker, 'fastly_broker_user_out{user="ci-web"}')).toBe(1);
      await world.fastly.changeUser(user.userId, { password: user.password, locked: false });
      expect((await exchange(broker, job)).body.error_code).toBe("upstream_refused");
      await broker.reload(config);
      expect((await exchange(broker, job)).status).toBe(200);
      expect(await metricOf(broker, 'fastly_broker_user_out{user="ci-web"}')).toBe(0);
    });
  },
);
