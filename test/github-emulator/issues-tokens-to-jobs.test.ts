import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import {
  type GitHubEmulator,
  type GitHubJob,
  idTokenRoute,
  jwksRoute,
  startGitHubEmulator,
} from "../support/github-oidc.ts";

let github: GitHubEmulator;
beforeAll(async () => {
  github = await startGitHubEmulator();
});
afterEach(() => github.clearFaults());
afterAll(() => github.stop());

const audience = "https://broker.example.com";

async function keysOf(issuer: string) {
  const configuration = await json<{ jwks_uri: string }>(`${issuer}/.well-known/openid-configuration`);
  expect(configuration).toMatchObject({ issuer, id_token_signing_alg_values_supported: ["RS256"] });
  return createLocalJWKSet(await json<JSONWebKeySet>(configuration.jwks_uri));
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

async function request({ env }: GitHubJob, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
  return fetch(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=a`, { headers: { authorization, ...headers } });
}

test("a job gets a token that its issuer's keys verify, with the claims of 2026", async () => {
  const job = await github.registerJob({ environment: "production" });
  const token = await job.token(audience);
  const { payload, protectedHeader } = await jwtVerify(token, await keysOf(github.issuer), {
    issuer: github.issuer,
    audience,
  });
  expect(protectedHeader).toMatchObject({ typ: "JWT", alg: "RS256", kid: expect.any(String) });
  expect(payload).toMatchObject({
    sub: "repo:octo-org@9919/shop@1296269:environment:production",
    environment: "production",
    repository: "octo-org/shop",
    repository_id: "1296269",
    repository_owner_id: "9919",
    ref: "refs/heads/main",
    event_name: "push",
    workflow_ref: "octo-org/shop/.github/workflows/deploy.yml@refs/heads/main",
    job_workflow_ref: "octo-org/shop/.github/workflows/deploy.yml@refs/heads/main",
    runner_environment: "github-hosted",
    check_run_id: job.id,
    run_id: job.env.GITHUB_RUN_ID,
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});

test("every token has an ID of its own, and without an audience the owner's URL", async () => {
  const job = await github.registerJob();
  const tokens = await Promise.all([job.token(""), job.token("")]);
  const [first, second] = tokens.map((token) => decodeJwt(token));
  expect(first?.jti).not.toBe(second?.jti);
  expect(first?.aud).toBe("https://github.com/octo-org");
});

test("a job without an environment has a subject of its ref, and no claim of one", async () => {
  const claims = decodeJwt(await (await github.registerJob({ ref: "refs/tags/v1" })).token(audience));
  expect(claims).toMatchObject({ sub: "repo:octo-org@9919/shop@1296269:ref:refs/tags/v1", ref_type: "tag" });
  expect(claims).not.toHaveProperty("environment");
});

test("nobody gets a token with another job's request token, or once the job's own is over", async () => {
  const [job, other] = await Promise.all([github.registerJob(), github.registerJob()]);
  const wrong = `bearer ${other.requestToken}`;
  expect((await request(job, { authorization: wrong })).status).toBe(401);
  expect((await request(job, { authorization: "" })).status).toBe(401);
  expect((await request(job)).status).toBe(200);
  await job.end();
  expect((await request(job)).status).toBe(401);
});

test("the token endpoint meets faults, such as a 403 at first", async () => {
  const job = await github.registerJob();
  await github.fault({ path: idTokenRoute, times: 1, fault: { kind: "respond", status: 403, body: "{}" } });
  await github.fault({ path: idTokenRoute, times: 1, fault: { kind: "cut" } });
  expect((await request(job)).status).toBe(403);
  await expect(request(job)).rejects.toThrow("fetch failed");
  expect((await request(job)).status).toBe(200);
  const statuses = (await github.requests(new URL(job.requestUrl).pathname)).map(({ status }) => status);
  expect(statuses).toEqual([403, null, 200]);
});

test("rotated, an issuer signs with a new key, and states the old one until it is dropped", async () => {
  const job = await github.registerJob();
  const old = await job.token(audience);
  const { kid } = await github.rotate();
  const fresh = await job.token(audience);
  expect(decodeProtectedHeader(fresh).kid).toBe(kid);
  const both = await keysOf(github.issuer);
  for (const token of [old, fresh]) await jwtVerify(token, both);

  const dropped = await github.rotate({ dropOld: true });
  expect(dropped.published).toHaveLength(1);
  await expect(jwtVerify(fresh, await keysOf(github.issuer))).rejects.toThrow("no applicable key found");
});

test("an enterprise's issuer is below its slug", async () => {
  const { issuer } = await github.addIssuer("/octo-enterprise");
  expect(issuer).toBe(`${github.url}/octo-enterprise`);
  const job = await github.registerJob({ issuer: "/octo-enterprise" });
  await jwtVerify(await job.token(audience), await keysOf(issuer), { issuer });
  expect((await fetch(`${github.url}/no-enterprise${jwksRoute}`)).status).toBe(404);
});

test("down, it refuses connections; up, it answers with the keys it had", async () => {
  const before = await json(github.jwksUri);
  await github.down();
  await expect(fetch(github.jwksUri)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await github.up();
  expect(await json(github.jwksUri)).toEqual(before);
});

test("any header and payload can be signed", async () => {
  const token = await github.sign({ header: { typ: null, crit: ["a"] }, payload: "no JSON" });
  const [head = "", body = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  expect(JSON.parse(head)).toMatchObject({ alg: "RS256", crit: ["a"] });
  expect(head).not.toContain("typ");
  expect(body).toBe("no JSON");
});
