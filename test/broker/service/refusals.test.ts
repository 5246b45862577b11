import { type Answer, type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { edit } from "../../support/faults.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import {
  audience,
  brokerFor,
  configOf,
  creates,
  exchange,
  exchangeOf,
  expectRefusal as expectRefusalAlone,
  purgeRule,
  stoppedTime,
  useWorld,
  withBroker,
} from "./world.ts";

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;
let job: GitHubJob;

beforeAll(async () => {
  user = await world.fastly.addUser();
  const rule = purgeRule(["ci-web"], user.services);
  const denied = {
    ...rule,
    id: "denied-events",
    match: { ...rule.match, event_name: ["push", "pull_request_target", "workflow_run"] },
  };
  const foreign = {
    ...rule,
    id: "of-another-organization",
    match: { ...rule.match, repository_owner_id: "77" },
  };
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }], rules: [rule, denied, foreign] });
  job = await world.github.registerJob();
});
afterAll(() => broker.stop());

/** A refusal that shows no password either. */
function expectRefusal(answer: Answer, status: number, code: string): void {
  expectRefusalAlone(answer, status, code);
  expect(answer.text).not.toContain(user.password);
}

describe("two tiers", () => {
  test("a JWT for another audience, one of another organization for a rule, and one for no rule get the same words", async () => {
    const stranger = await world.github.registerJob({ ownerId: "4711" });
    const subject_token = await job.token("https://other.example");
    const answers = [
      await broker.post("/v1/token", { ...(await exchangeOf(job)), subject_token }),
      await exchange(broker, stranger),
      await exchange(broker, stranger, { rule: "no-such-rule" }),
      await exchange(broker, job, { rule: "of-another-organization" }),
    ];
    for (const answer of answers) expectRefusal(answer, 400, "token_rejected");
    const bodies = answers.map(({ body }) => ({ ...body, request_id: "" }));
    expect(bodies).toEqual(bodies.map(() => bodies[0]));
  });

  test("where a rule names an issuer, another issuer of its server is a claim that failed, and one of another server is a stranger", async () => {
    const [own, enterprise, elsewhere] = await Promise.all([
      world.github.issuerReport(),
      world.github.addIssuer("/octo-enterprise"),
      world.github.addIssuer("/_services/token", { ownKeys: true }),
    ]);
    const issuers = [own, enterprise, elsewhere].map(({ issuer, jwksUri: jwks_uri }) => {
      const server = issuer === elsewhere.issuer ? "https://ghe.example.com" : "https://github.com";
      return { issuer, jwks_uri, server };
    });
    const rule = purgeRule(["ci-web"], user.services, { match: { iss: enterprise.issuer } });
    const users = [{ id: "ci-web", user }];
    await withBroker(world, { users, rules: [rule], more: { issuers } }, async (several) => {
      const from = async (issuer: string) =>
        exchange(
          several,
          await world.github.registerJob({ issuer: new URL(issuer).pathname.replace(/\/$/, "") }),
        );
      expect((await from(enterprise.issuer)).status).toBe(200);
      const failed = await from(own.issuer);
      expectRefusal(failed, 403, "claim_mismatch");
      expect(failed.body.failed_claims).toEqual([{ claim: "iss", value: own.issuer }]);
      expectRefusal(await from(elsewhere.issuer), 400, "token_rejected");
    });
  });

  test("the audit knows why a JWT was rejected", async () => {
    const subject_token = await job.token("https://other.example");
    const answer = await broker.post("/v1/token", { ...(await exchangeOf(job)), subject_token });
    const line = await broker.nextAudit(({ request_id }) => request_id === answer.body.request_id);
    expect(line).toMatchObject({ error_code: "token_rejected", reason: "wrong_audience" });
  });
});

test("a path is read as it was sent, so that a proxy and the broker read the same", async () => {
  for (const path of ["/%6Detrics", "/v1/%76ersion", "/healthz%3Fx", "/./healthz%2F"])
    expectRefusal(await broker.request(path), 404, "malformed");
});

describe("the policy", () => {
  test("says which claims failed, and their own values", async () => {
    const branch = await world.github.registerJob({ ref: "refs/heads/feature", event: "schedule" });
    const answer = await exchange(broker, branch);
    expectRefusal(answer, 403, "claim_mismatch");
    expect(answer.body.failed_claims).toEqual([
      { claim: "ref", value: "refs/heads/feature" },
      { claim: "event_name", value: "schedule" },
    ]);
  });

  test.each(["pull_request_target", "workflow_run"])(
    "refuses %s even where a rule names it",
    async (event) => {
      const denied = await world.github.registerJob({ event });
      expectRefusal(await exchange(broker, denied, { rule: "denied-events" }), 403, "event_denied");
      expect((await exchange(broker, job, { rule: "denied-events" })).status).toBe(200);
    },
  );

  test("describes a claim in the characters of RFC 6749, and repeats it unchanged", async () => {
    const environment = 'pröd "\\"\n';
    const ref = `refs/heads/${environment}`;
    const branch = await world.github.registerJob({ claims: { ref } });
    const answer = await exchange(broker, branch);
    expectRefusal(answer, 403, "claim_mismatch");
    expect(answer.body.failed_claims).toEqual([{ claim: "ref", value: ref }]);
    expect(answer.body.error_description).toContain("ref (refs/heads/pr?d ????)");
  });

  test("a lifetime of any length is longer than the rule grants", async () => {
    for (const expires_in of ["601", "10000000", "9".repeat(400)])
      expectRefusal(await exchange(broker, job, { expires_in }), 403, "lifetime_not_granted");
  });

  test("grants what is narrower", async () => {
    const answer = await exchange(broker, job, { expires_in: "90", scope: "purge_select" });
    expect(answer.status).toBe(200);
    expect(Math.abs(answer.body.expires_in - 90)).toBeLessThanOrEqual(1);
  });
});

describe("explain", () => {
  test("says what would be granted, mints nothing, and does not use the JWT up", async () => {
    const before = await creates(world);
    const parameters = await exchangeOf(job, { expires_in: "60" });
    const answer = await broker.post("/v1/explain", parameters);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      decision: "granted",
      rule: "web-purge",
      scope: "purge_select",
      services: user.services.slice(0, 1),
      expires_in: 60,
      request_id: expect.any(String),
    });
    expect(await creates(world)).toBe(before);
    expect((await broker.post("/v1/token", parameters)).status).toBe(200);
  });
});

test("quotas of a rule are kept", async () => {
  const rules = [
    { ...purgeRule(["ci-web"], user.services, { grant: { per_hour: 1 } }), id: "hourly" },
    { ...purgeRule(["ci-web"], user.services, { grant: { max_live: 1 } }), id: "live" },
  ];
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }], rules });
  const limited = await startBroker(config, { env });
  try {
    for (const rule of ["hourly", "live"]) {
      const first = await exchange(limited, job, { rule });
      expect(first.status).toBe(200);
      expectRefusal(await exchange(limited, job, { rule }), 429, "quota_exceeded");
      await fetch(`${world.fastly.url}/tokens/self`, {
        method: "DELETE",
        headers: { "fastly-key": first.body.access_token },
      });
    }
    // The token that a job has ended without telling leaves its place to the next.
    expect((await exchange(limited, job, { rule: "live" })).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

describe("Fastly", () => {
  const wider: [string, Record<string, unknown>][] = [
    ["another scope", { scope: "global" }],
    ["every service", { services: [], service_id: null }],
    ["no expiry", { expires_at: null }],
  ];

  test.each(wider)("that answers with %s: the token is ended and refused", async (_name, set) => {
    const before = await world.fastly.liveTokens(user.userId);

    await world.fastly.inject("POST /tokens", edit({ set }));
    expectRefusal(await exchange(broker, job), 502, "upstream_refused");
    expect(await world.fastly.liveTokens(user.userId)).toEqual(before);
  });
});

test("what is asked for again and again without a JWT that is good is limited, before anything is verified", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  // An address is allowed more as time goes by: on a slow machine, as fast as it asks.
  const flooded = await startBroker(config, { env: { ...env, ...stoppedTime } });
  try {
    const parameters = await exchangeOf(job);
    let answer = await flooded.post("/v1/token", { ...parameters, subject_token: "x" });
    for (let n = 0; n < 400 && answer.status === 400; n++)
      answer = await flooded.post("/v1/token", { ...parameters, subject_token: "x" });
    expectRefusal(answer, 429, "quota_exceeded");
    expectRefusal(await flooded.post("/v1/token", parameters), 429, "quota_exceeded");
  } finally {
    await flooded.stop();
  }
});

test("an unknown parameter is named, unless its name may be a secret at the wrong place", async () => {
  const named = await exchange(broker, job, { client_id: "web" });
  expect(named.body.error_description).toMatch(
    /^The parameter client_id is unknown\. Use only: grant_type, /,
  );
  const secret = "8kXrPq2sVtY1bNcZ5dJfGhLmWaEo7uIx";
  const unnamed = await exchange(broker, job, { [secret]: "1" });
  expectRefusal(unnamed, 400, "malformed");
  expect(unnamed.text).not.toContain(secret);
});

test("nothing secret was written, by any of them", async () => {
  const answer = await exchange(broker, job);
  const parameters = await exchangeOf(job);
  await broker.post("/v1/token", parameters);
  const output = broker.output();
  expect(output).not.toContain(user.password);
  expect(output).not.toContain(answer.body.access_token);
  expect(output).not.toContain(parameters.subject_token);
  expect(output).not.toContain("eyJ");
  expect(audience).toBeTruthy();
});
