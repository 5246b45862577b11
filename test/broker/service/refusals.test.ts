import { type Answer, type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser, Fault } from "../../support/emulator.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import {
  audience,
  brokerFor,
  configOf,
  exchange,
  exchangeOf,
  purgeRule,
  tokenType,
  useWorld,
} from "./world.ts";

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;
let job: GitHubJob;

beforeAll(async () => {
  user = await world.fastly.addUser();
  const rule = purgeRule(["ci-web"], user.services);
  const foreign = {
    ...rule,
    id: "of-another-organization",
    match: { ...rule.match, repository_owner_id: "77" },
  };
  broker = await brokerFor(world, { users: [{ id: "ci-web", user }], rules: [rule, foreign] });
  job = await world.github.registerJob();
});
afterAll(() => broker.stop());

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.error_code }).toEqual({ status, code });
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
  expect(answer.text).not.toContain(user.password);
  expect(answer.text).not.toContain("refs/heads/main");
}

async function creates(): Promise<number> {
  return (await world.fastly.requests()).filter(({ method, path }) => `${method} ${path}` === "POST /tokens")
    .length;
}

describe("a request that is not one of a job", () => {
  type Hostile = {
    name: string;
    init: (form: Record<string, string>) => RequestInit;
    path?: string;
    status?: number;
  };
  const form = (fields: Record<string, string>): RequestInit => ({
    method: "POST",
    body: new URLSearchParams(fields),
  });
  const raw = (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
  const text = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const without = (fields: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

  const table: Hostile[] = [
    ...["grant_type", "subject_token", "subject_token_type", "rule"].flatMap((name): Hostile[] => [
      { name: `without ${name}`, init: (fields) => form(without(fields, name)) },
      { name: `with an empty ${name}`, init: (fields) => form({ ...fields, [name]: "" }) },
      { name: `with ${name} twice`, init: (fields) => raw(`${text(fields)}&${name}=x`) },
      {
        name: `with the same ${name} twice`,
        init: (fields) => raw(`${text(fields)}&${text({ [name]: fields[name] ?? "" })}`),
      },
    ]),
    ...["scope", "services", "expires_in", "nonce", "job", "label"].map(
      (name): Hostile => ({
        name: `with ${name} twice`,
        init: (fields) => raw(`${text(fields)}&${name}=1&${name}=1`),
      }),
    ),
    ...[
      "client_id",
      "audience",
      "resource",
      "actor_token",
      "requested_token_type",
      "Rule",
      "__proto__",
      "constructor",
      "rule[]",
      "",
    ].map(
      (name): Hostile => ({
        name: `with the unknown parameter ${JSON.stringify(name)}`,
        init: (fields) => raw(`${text(fields)}&${encodeURIComponent(name)}=1`),
      }),
    ),
    ...["0", "-1", "1.5", "1e3", "600s", " 600", "99999999", "0x10", "NaN", ""].map(
      (value): Hostile => ({
        name: `with expires_in ${JSON.stringify(value)}`,
        init: (fields) => form({ ...fields, expires_in: value }),
      }),
    ),
    ...[
      "0123456789abcdef012",
      "0123456789ABCDEF0123",
      "0123456789abcdef0123 ",
      "",
      "../../../../tokens/x",
    ].map(
      (value): Hostile => ({
        name: `with the nonce ${JSON.stringify(value)}`,
        init: (fields) => form({ ...fields, nonce: value }),
      }),
    ),
    ...["purge_select\n", "purge_select  purge_all", " purge_select", ""].map(
      (value): Hostile => ({
        name: `with the scope ${JSON.stringify(value)}`,
        init: (fields) => form({ ...fields, scope: value }),
      }),
    ),
    {
      name: "with a label of 10,000 characters",
      init: (fields) => form({ ...fields, label: "x".repeat(10_000) }),
    },
    {
      name: "with a label that holds a line end",
      init: (fields) => form({ ...fields, label: "a\n::set-output::" }),
    },
    { name: "with a job that holds NUL", init: (fields) => form({ ...fields, job: "a\u0000" }) },
    { name: "of 17 KiB", init: (fields) => raw(`${text(fields)}&label=${"x".repeat(17 * 1024)}`) },
    { name: "of 5 MB", init: () => raw("x".repeat(5_000_000)) },
    { name: "that is empty", init: () => raw("") },
    { name: "of ampersands", init: () => raw("&&&&") },
    { name: "with a name without a value", init: (fields) => raw(`${text(fields)}&label`) },
    { name: "with a broken percent encoding", init: (fields) => raw(`${text(fields)}&label=%zz`) },
    { name: "with an encoding that is not UTF-8", init: (fields) => raw(`${text(fields)}&label=%ff%fe`) },
    { name: "with bytes that are not UTF-8", init: () => raw(new Uint8Array([0x61, 0x3d, 0xff])) },
    {
      name: "as JSON",
      init: (fields) => raw(JSON.stringify(fields), { "content-type": "application/json" }),
    },
    { name: "as text", init: (fields) => raw(text(fields), { "content-type": "text/plain" }) },
    {
      name: "as multipart",
      init: (fields) => raw(text(fields), { "content-type": "multipart/form-data; boundary=x" }),
    },
    {
      name: "in another charset",
      init: (fields) =>
        raw(text(fields), { "content-type": "application/x-www-form-urlencoded; charset=utf-16" }),
    },
    { name: "compressed", init: (fields) => raw(text(fields), { "content-encoding": "gzip" }) },
    {
      name: "with another grant type",
      init: (fields) => form({ ...fields, grant_type: "client_credentials" }),
    },
    {
      name: "with the type of an access token",
      init: (fields) =>
        form({ ...fields, subject_token_type: tokenType.replace("id_token", "access_token") }),
    },
    { name: "with a parameter in the URL", init: form, path: "/v1/token?rule=web-purge" },
    { name: "by GET", init: () => ({ method: "GET" }), status: 405 },
    { name: "by PUT", init: (fields) => ({ ...form(fields), method: "PUT" }), status: 405 },
    { name: "by DELETE", init: () => ({ method: "DELETE" }), status: 405 },
    { name: "by OPTIONS", init: () => ({ method: "OPTIONS" }), status: 405 },
    { name: "to a path below", init: form, path: "/v1/token/x", status: 404 },
    { name: "to a path with a slash at its end", init: form, path: "/v1/token/", status: 404 },
    { name: "to a path in capitals", init: form, path: "/v1/TOKEN", status: 404 },
    { name: "to the root", init: form, path: "/", status: 404 },
    { name: "to a path that climbs", init: form, path: "/healthz/..%2f..%2fetc/passwd", status: 404 },
  ];

  test("the table holds at least 60 of them", () => expect(table.length).toBeGreaterThanOrEqual(60));

  test.each(table)("$name is malformed", async ({ init, path = "/v1/token", status = 400 }) => {
    const before = await creates();
    const answer = await broker.request(path, init(await exchangeOf(job)));
    expectRefusal(answer, status, "malformed");
    expect(await creates()).toBe(before);
  });
});

describe("two tiers", () => {
  test.each([
    ["no JWT at all", "x"],
    ["three words", "a.b.c"],
    ["a JWT without a signature", "eyJhbGciOiJub25lIn0.e30."],
  ])("%s learns nothing", async (_name, jwt) => {
    const answer = await broker.post("/v1/token", { ...(await exchangeOf(job)), subject_token: jwt });
    expectRefusal(answer, 400, "token_rejected");
  });

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

  test("whoever's organization stands in some rule learns that a rule does not exist", async () => {
    expectRefusal(await exchange(broker, job, { rule: "no-such-rule" }), 400, "unknown_rule");
  });

  test("the audit knows why a JWT was rejected", async () => {
    const subject_token = await job.token("https://other.example");
    const answer = await broker.post("/v1/token", { ...(await exchangeOf(job)), subject_token });
    const line = await broker.nextAudit(({ request_id }) => request_id === answer.body.request_id);
    expect(line).toMatchObject({ error_code: "token_rejected", reason: "wrong_audience" });
  });
});

describe("the policy", () => {
  test.each(["pull_request_target", "workflow_run"])("gives no token to %s", async (event) => {
    expectRefusal(await exchange(broker, await world.github.registerJob({ event })), 403, "event_denied");
  });

  test("says which claims failed, and their own values", async () => {
    const branch = await world.github.registerJob({ ref: "refs/heads/feature", event: "schedule" });
    const answer = await exchange(broker, branch);
    expectRefusal(answer, 403, "claim_mismatch");
    expect(answer.body.failed_claims).toEqual([
      { claim: "ref", value: "refs/heads/feature" },
      { claim: "event_name", value: "schedule" },
    ]);
  });

  test.each([
    ["scope_not_granted", { scope: "global" }],
    ["scope_not_granted", { scope: "purge_select purge_all" }],
    ["services_not_granted", { services: "7i6HN3TK9wS159v2gPAZ8A" }],
    ["services_not_granted", { services: "*" }],
    ["lifetime_not_granted", { expires_in: "601" }],
  ])("answers %s to %o", async (code, more) => {
    expectRefusal(await exchange(broker, job, more), 403, code);
  });

  test("grants what is narrower", async () => {
    const answer = await exchange(broker, job, { expires_in: "90", scope: "purge_select" });
    expect(answer.status).toBe(200);
    expect(Math.abs(answer.body.expires_in - 90)).toBeLessThanOrEqual(1);
  });
});

describe("explain", () => {
  test("says what would be granted, mints nothing, and does not use the JWT up", async () => {
    const before = await creates();
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
    expect(await creates()).toBe(before);
    expect((await broker.post("/v1/token", parameters)).status).toBe(200);
  });

  test("refuses as an exchange would", async () => {
    const branch = await world.github.registerJob({ ref: "refs/heads/feature" });
    expectRefusal(await broker.post("/v1/explain", await exchangeOf(branch)), 403, "claim_mismatch");
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
  const answering = (status: number, body: string, contentType = "application/json"): Fault => ({
    kind: "answer",
    when: "before",
    status,
    body,
    contentType,
  });
  const faults: [string, number, string, Fault][] = [
    [
      "refuses the scope",
      502,
      "upstream_refused",
      answering(400, '{"msg":"invalid_scope","detail":"refs/heads/main"}'),
    ],
    ["refuses with other words", 502, "upstream_refused", answering(400, '{"msg":"refs/heads/main"}')],
    ["is down", 503, "upstream_unavailable", answering(503, "<html>refs/heads/main</html>", "text/html")],
    [
      "limits the rate",
      503,
      "no_room",
      answering(429, '{"msg":"You have exceeded your hourly rate limit."}'),
    ],
    ["has no room", 503, "no_room", answering(400, '{"msg":"Token limit reached: at most 100 tokens"}')],
  ];

  test.each(faults)("that %s: %d %s", async (_name, status, code, fault) => {
    const own = await brokerFor(world, { users: [{ id: "ci-web", user }] });
    try {
      await world.fastly.fault({ match: { method: "POST", path: "/tokens" }, times: "always", fault });
      expectRefusal(await exchange(own, job), status, code);
    } finally {
      await world.fastly.clearFaults();
      await own.stop();
    }
  });

  const wider: [string, Record<string, unknown>][] = [
    ["another scope", { scope: "global" }],
    ["every service", { services: [], service_id: null }],
    ["no expiry", { expires_at: null }],
  ];

  test.each(wider)("that answers with %s: the token is ended and refused", async (_name, set) => {
    const before = await world.fastly.liveTokens(user.userId);
    const match = { method: "POST", path: "/tokens" };
    await world.fastly.fault({ match, times: 1, fault: { kind: "edit", set } });
    expectRefusal(await exchange(broker, job), 502, "upstream_refused");
    expect(await world.fastly.liveTokens(user.userId)).toEqual(before);
  });
});

const stopTime = "performance.now = () => 0";
const stoppedTime = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stopTime)}` };

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
