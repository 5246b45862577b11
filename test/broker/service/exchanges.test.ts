import { type RunningBroker, startBroker } from "../../support/broker.ts";
import { malformedRequests } from "../exchanges/requests.ts";
import type { Setup } from "../exchanges/row.ts";
import { prepareHosts, table } from "../exchanges/table.ts";
import { creates, expectRefusal, useWorld } from "./world.ts";

/* On Fastly Compute the same table is played by test/broker/compute. */

const world = useWorld();
let broker: RunningBroker;
let setup: Setup;

beforeAll(async () => {
  const set = await prepareHosts(world);
  setup = set.setup;
  broker = await startBroker(set.config, { env: set.env });
});
afterAll(() => broker.stop());

test("at least 60 of them are hostile requests", () => {
  expect(malformedRequests.length).toBeGreaterThanOrEqual(60);
});

test("the table holds at least 100 of them, each under a name of its own", () => {
  expect(table.length).toBeGreaterThanOrEqual(100);
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
});

test.each(table)("$name: $status $code", async ({ send, status, code }) => {
  const before = await creates(world);
  const answer = await send(broker, setup);
  expect({ status: answer.status, code: answer.body?.error_code }).toEqual({ status, code });
  if (code !== undefined) expectRefusal(answer, status, code);
  if (code === "malformed") expect(await creates(world)).toBe(before);
  expect(answer.text).not.toContain(setup.user.password);
});
