import type { Answer } from "../../support/broker.ts";
import { exchange, useWorld, withBroker } from "../service/world.ts";
import { createsSince, endToken, lastRequest, metricOf, rulesNamed } from "./support.ts";

const world = useWorld();

test("whoever waits is served in order, and a rule with few jobs is not behind one with many", async () => {
  const user = await world.fastly.addUser();
  const users = [{ id: "ci-web", user, maxLive: 2 }];
  const rules = rulesNamed(["busy", "quiet"], ["ci-web"], user);
  const since = await lastRequest(world.fastly);
  await withBroker(world, { users, rules }, async (broker) => {
    const job = await world.github.registerJob();
    const first = await exchange(broker, job, { rule: "busy" });
    expect(first.status).toBe(200);
    const served: string[] = [];
    const waiting: Promise<Answer>[] = [];
    for (const name of ["busy 1", "busy 2", "busy 3", "busy 4", "quiet 1"]) {
      const [rule = ""] = name.split(" ");
      const answer = exchange(broker, job, { rule }).then(async (answer) => {
        served.push(answer.status === 200 ? name : `${name}: ${answer.body.error_code}`);
        // Each ends its token at once, which makes room for the next.
        await endToken(world.fastly, answer);
        return answer;
      });
      waiting.push(answer);
      while ((await metricOf(broker, "fastly_broker_queue_length")) < waiting.length);
    }
    await endToken(world.fastly, first);
    await Promise.all(waiting);
    expect(served.filter((name) => name.startsWith("busy"))).toEqual([
      "busy 1",
      "busy 2",
      "busy 3",
      "busy 4",
    ]);
    expect(served.indexOf("quiet 1")).toBeLessThanOrEqual(1);
  });
  const creates = await createsSince(world.fastly, since);
  expect(creates.filter(({ status }) => status !== 200)).toEqual([]);
});
