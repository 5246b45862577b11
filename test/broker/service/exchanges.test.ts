import { type Answer, type RunningBroker, startBroker } from "../../support/broker.ts";
import { malformedRequests } from "../exchanges/requests.ts";
import type { Setup } from "../exchanges/row.ts";
import { setTheScene, table } from "../exchanges/table.ts";
import { useWorld } from "./world.ts";

/* On Fastly Compute the same table is played by test/broker/compute. */

const world = useWorld();
let broker: RunningBroker;
let setup: Setup;

beforeAll(async () => {
  const set = await setTheScene(world);
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
  const before = await creates();
  const answer = await send(broker, setup);
  expect({ status: answer.status, code: answer.body?.error_code }).toEqual({ status, code });
  if (code !== undefined) expectRefusal(answer, status, code);
  if (code === "malformed") expect(await creates()).toBe(before);
  expect(answer.text).not.toContain(setup.user.password);
});

async function creates(): Promise<number> {
  const requests = await world.fastly.requests();
  return requests.filter(({ method, path }) => method === "POST" && path === "/tokens").length;
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.body).toEqual({
    error: expect.stringMatching(/^[a-z_]+$/),
    error_code: code,
    error_description: expect.any(String),
    request_id: expect.any(String),
    ...(code === "claim_mismatch" ? { failed_claims: expect.any(Array) } : {}),
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const mayTryAgain = status === 429 || status === 503;
  expect(/^[1-9]\d*$/.test(answer.headers.get("retry-after") ?? "")).toBe(mayTryAgain);
  // Neither what the policy holds nor what Fastly said.
  expect(answer.text).not.toContain("refs/heads/main");
}
