import { useWorld, withBroker } from "../service/world.ts";
import { codesOf, createsSince, endToken, exchangeAll, lastRequest, rulesNamed } from "./support.ts";

const world = useWorld();

afterEach(async () => {
  await world.fastly.settings({ hourlyWriteLimit: 1000 });
});

const hourMs = 3_600_000;

/** Fastly counts anew with each full hour: what such an hour has come between is done again. */
async function withinOneHour<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const hour = Math.floor(Date.now() / hourMs);
    const result = await work();
    if (Math.floor(Date.now() / hourMs) === hour) return result;
  }
}

test("tokens stop while their ends can still be written, with the time until the hour is over", async () => {
  await world.fastly.settings({ hourlyWriteLimit: 40 });
  const { answers, ended, limited, msLeft } = await withinOneHour(async () => {
    const users = [{ id: "ci-web", user: await world.fastly.addUser() }];
    const since = await lastRequest(world.fastly);
    return withBroker(world, { users }, async (broker) => {
      const job = await world.github.registerJob();
      const answers = await exchangeAll(broker, job, 30);
      const msLeft = hourMs - (Date.now() % hourMs);
      const given = answers.filter(({ status }) => status === 200);
      const ended = await Promise.all(given.map((answer) => endToken(world.fastly, answer)));
      const limited = (await createsSince(world.fastly, since)).filter(({ status }) => status === 429);
      return { answers, ended, limited, msLeft };
    });
  });
  const codes = codesOf(answers);
  expect(new Set(codes)).toEqual(new Set(["200", "no_room"]));
  // A token costs two writes; the broker's own key has some.
  expect(ended.length).toBeGreaterThanOrEqual(14);
  expect(ended.length).toBeLessThanOrEqual(18);
  expect(new Set(ended)).toEqual(new Set([204]));
  expect(limited).toEqual([]);
  for (const { status, headers, body } of answers.filter(({ status }) => status !== 200)) {
    expect([status, body.error_description]).toEqual([
      503,
      expect.stringContaining("hourly limit on write requests"),
    ]);
    const seconds = Number(headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(Math.floor(msLeft / 1000));
    expect(seconds).toBeLessThanOrEqual(Math.ceil(msLeft / 1000) + 60);
  }
});

test("a rule leaves the writes that are another rule's part", async () => {
  await world.fastly.settings({ hourlyWriteLimit: 60 });
  const [greedy, modest] = await withinOneHour(async () => {
    const user = await world.fastly.addUser();
    const users = [{ id: "ci-web", user }];
    const rules = rulesNamed(["greedy", "modest"], ["ci-web"], user);
    return withBroker(world, { users, rules }, async (broker) => {
      const job = await world.github.registerJob();
      const greedy = await exchangeAll(broker, job, 30, { rule: "greedy" });
      return [greedy, await exchangeAll(broker, job, 8, { rule: "modest" })];
    });
  });
  expect(codesOf(modest ?? [])).toEqual(Array(8).fill("200"));
  const given = codesOf(greedy ?? []).filter((code) => code === "200").length;
  expect(given).toBeGreaterThanOrEqual(8);
  expect(given).toBeLessThanOrEqual(16);
});
