import type { RunningBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { brokerFor, exchange, exchangeOf, useWorld } from "./world.ts";

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }] });
});
afterAll(() => broker.stop());

test("a job gets a token for its JWT, in one request to Fastly", async () => {
  const job = await world.github.registerJob();
  const before = await world.fastly.requests();
  const answer = await exchange(broker, job, { nonce: "0123456789abcdef0123", job: "deploy", label: "web" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.body).toEqual({
    access_token: expect.stringMatching(/^[\w-]{32}$/),
    issued_token_type: "urn:fastly-ephemeral-token:token-type:fastly-api-token",
    token_type: "N_A",
    expires_in: expect.any(Number),
    scope: "purge_select",
    token_id: expect.stringMatching(/^\w{22}$/),
    name: `fastly-ephemeral-token/1 0123456789abcdef0123.1 github.com/octo-org/shop/actions/runs/${job.claims.run_id}/attempts/1 use=job check=${job.claims.check_run_id} job=deploy label=web`,
    services: user.services.slice(0, 1),
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    user_id: user.userId,
    customer_id: user.customerId,
    rule: "web-purge",
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(Math.abs(answer.body.expires_in - 600)).toBeLessThanOrEqual(1);
  const asked = (await world.fastly.requests()).slice(before.length);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /tokens"]);
});

test("a JWT is good for one token", async () => {
  const job = await world.github.registerJob();
  const parameters = await exchangeOf(job);
  const first = await broker.post("/v1/token", parameters);
  const second = await broker.post("/v1/token", parameters);
  expect(first.status).toBe(200);
  expect(second.status).toBe(400);
  expect(second.body.error_code).toBe("token_reused");
});
