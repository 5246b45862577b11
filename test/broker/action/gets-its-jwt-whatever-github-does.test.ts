import { messagesOf } from "../../support/action.ts";
import { useBrokerWorld } from "../../support/broker-jobs.ts";
import { delay } from "../../support/faults.ts";
import { type Fault, idTokenRoute } from "../../support/github-oidc.ts";

const world = useBrokerWorld();

function faultOnJwt(fault: Fault, times: number | "always" = 1): Promise<void> {
  return world.github.fault({ path: idTokenRoute, times, fault });
}

test.each<[string, Fault]>([
  ["403", { kind: "respond", status: 403, body: '{"message":"Forbidden"}' }],
  ["401", { kind: "respond", status: 401, body: "" }],
  ["500", { kind: "respond", status: 500, body: "<html>Unicorn!</html>" }],
  ["503", { kind: "respond", status: 503, headers: { "retry-after": "1" }, body: "" }],
  ["429", { kind: "respond", status: 429, body: "" }],
  ["200 with HTML", { kind: "respond", status: 200, body: "<html>Sign in</html>" }],
  ["200 with no value", { kind: "respond", status: 200, body: '{"count":0}' }],
  ["200 with something else as value", { kind: "respond", status: 200, body: '{"value":"a b"}' }],
  ["a redirect", { kind: "respond", status: 302, headers: { location: "https://example.com/" }, body: "" }],
  ["the end of the connection", { kind: "cut" }],
  ["a large response", { kind: "pad", bytes: 10 * 1024 * 1024 }],
  ["a slow response", delay(1_500)],
])("where GitHub's first response is %s, the job still gets its token", async (_, fault) => {
  await faultOnJwt(fault);
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await job.asked()).broker).toEqual(["POST /v1/token 200"]);
  await job.run("post");
  expect(await job.alive()).toEqual([]);
});

test("a request that stalls is given up, and asked again within the step's time", async () => {
  await faultOnJwt({ kind: "stall" });
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await job.asked()).github).toHaveLength(2);
  await job.run("post");
});

test.each<[string, Fault, string]>([
  ["answers 403", { kind: "respond", status: 403, body: "" }, "id-token: write"],
  ["answers 500", { kind: "respond", status: 500, body: "" }, "GitHub's status page"],
  ["stalls", { kind: "stall" }, "GitHub's status page"],
])(
  "where GitHub %s all the time, the error says so, and the broker is not asked",
  async (_, fault, remedy) => {
    await faultOnJwt(fault, "always");
    const job = await world.job({ inputs: { timeout: "5s" } });
    const connected = world.front.connected();
    const main = await job.run("main");
    // While GitHub is waited for.
    await connected;
    expect(main.conclusion).toBe("failure");
    const [message] = messagesOf(main, "error");
    expect(message).toContain(`no OIDC token for the audience "${world.front.url}"`);
    expect(message).toContain(remedy);
    expect((await job.asked()).broker).toEqual([]);
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  },
);

test("GitHub's endpoint is down", async () => {
  const job = await world.job({ inputs: { timeout: "3s" } });
  await world.github.down();
  const main = await job.run("main");
  await world.github.up();
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toContain("GitHub's status page");
});

test("each exchange has a fresh JWT", async () => {
  world.front.fault({ path: "/v1/token", times: 2, fault: { kind: "respond", when: "before", status: 502 } });
  // Post looks for what was lost for as long as it may.
  const job = await world.job({ inputs: { timeout: "12s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  const jwts = job.forms().map((form) => form.get("subject_token"));
  const nonces = job.forms().map((form) => form.get("nonce"));
  expect(new Set(jwts).size).toBe(3);
  expect(new Set(nonces).size).toBe(3);
  await job.run("post");
});

test("the issuer rotates its keys between two jobs", async () => {
  const first = await world.job();
  expect((await first.run("main")).conclusion).toBe("success");
  await first.run("post");
  await world.github.rotate();
  const second = await world.job({ inputs: { timeout: "60s" } });
  const main = await second.run("main");
  expect(main).toMatchObject({ conclusion: "success" });
  await second.run("post");
});
