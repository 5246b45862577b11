import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openid from "openid-client";
import parsePrometheus from "parse-prometheus-text-format";
import { Agent, fetch as fetchOver } from "undici";
import { type Authority, foundAuthority } from "../../network/support/authority.ts";
import { type RunningBroker, startBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { configOf, exchange, exchangeOf, tokenType, useWorld } from "./world.ts";

const world = useWorld();
const directory = mkdtempSync(join(tmpdir(), "broker-tls-"));
let authority: Authority;
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  [user, authority] = await Promise.all([world.fastly.addUser(), foundAuthority()]);
  const { key, cert } = await authority.issue(["127.0.0.1"]);
  writeFileSync(join(directory, "key.pem"), key);
  writeFileSync(join(directory, "cert.pem"), cert);
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const args = ["--tls-key", join(directory, "key.pem"), "--tls-cert", join(directory, "cert.pem")];
  broker = await startBroker(config, { env, args });
});
afterAll(async () => {
  await broker.stop();
  await authority.end();
  rmSync(directory, { recursive: true });
});

describe("openid-client, over TLS", () => {
  /** A client that has no credentials of its own, and sends no parameter for them. */
  function client(): openid.Configuration {
    const dispatcher = new Agent({ connect: { ca: readFileSync(authority.file) } });
    const server = { issuer: broker.url, token_endpoint: `${broker.url}/v1/token` };
    const configuration = new openid.Configuration(server, "ci", {}, () => {});
    configuration[openid.customFetch] = async (url, { method, body, headers, redirect }) =>
      (await fetchOver(url, {
        method,
        body: String(body),
        headers,
        redirect,
        dispatcher,
      })) as unknown as Response;
    return configuration;
  }

  const grant = "urn:ietf:params:oauth:grant-type:token-exchange";

  test("performs the exchange by its generic grant", async () => {
    const job = await world.github.registerJob();
    const { grant_type: _, ...parameters } = await exchangeOf(job, { scope: "purge_select" });
    const response = await openid.genericGrantRequest(client(), grant, parameters);
    expect(response).toMatchObject({
      access_token: expect.stringMatching(/^[\w-]{32}$/),
      token_type: "n_a",
      scope: "purge_select",
      rule: "web-purge",
    });
    expect(response.expiresIn()).toBeGreaterThan(0);
    const live = await world.fastly.liveTokens(user.userId);
    expect(live.map(({ id }) => id)).toContain(response.token_id);
  });

  test("reads a refusal as OAuth's own", async () => {
    const parameters = { subject_token: "x", subject_token_type: tokenType, rule: "web-purge" };
    const refused = openid.genericGrantRequest(client(), grant, parameters);
    await expect(refused).rejects.toMatchObject({
      error: expect.stringMatching(/^invalid_/),
      status: 400,
      cause: { error_code: "token_rejected", request_id: expect.any(String) },
    });
  });
});

test("a parser of Prometheus' text format reads /metrics, and what it counts", async () => {
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const plain = await startBroker(config, { env });
  try {
    expect((await exchange(plain, await world.github.registerJob())).status).toBe(200);
    const refused = await exchange(plain, await world.github.registerJob({ ref: "refs/heads/feature" }));
    expect(refused.status).toBe(403);
    const { headers, text } = await plain.request("/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const families = parsePrometheus(text);
    expect(families.length).toBeGreaterThan(5);
    for (const { name, help, type } of families) {
      expect(name).toMatch(/^[a-z_:][a-z0-9_:]*$/);
      expect(help).not.toBe("");
      expect(type).toMatch(/^(COUNTER|GAUGE|HISTOGRAM|SUMMARY)$/);
    }
    expect(text).not.toContain(user.password);
    const counted = families.find(({ name }) => name === "fastly_broker_decisions_total");
    expect(counted?.metrics).toEqual([
      {
        value: "1",
        labels: { endpoint: "token", decision: "granted", error_code: "", rule: "web-purge" },
      },
      {
        value: "1",
        labels: { endpoint: "token", decision: "refused", error_code: "claim_mismatch", rule: "web-purge" },
      },
    ]);
  } finally {
    await plain.stop();
  }
});
