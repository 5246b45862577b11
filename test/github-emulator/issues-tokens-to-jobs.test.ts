import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { type GitHubEmulator, startGitHubEmulator } from "../support/github-oidc.ts";

let github: GitHubEmulator;
beforeAll(async () => {
  github = await startGitHubEmulator();
});
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
    repository_id: "1296269",
    repository_owner_id: "9919",
    event_name: "push",
    check_run_id: job.id,
    run_id: job.env.GITHUB_RUN_ID,
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});
