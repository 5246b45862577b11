import { resolve } from "node:path";
import { messagesOf } from "../support/action.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { type Job, type JobOptions, startJob } from "../support/runner.ts";
import { type Authority, foundAuthority } from "./support/authority.ts";
import { startProxy, type Tap, tapWire } from "./support/proxy.ts";
import { type Listening, startTlsFront, type TlsFront } from "./support/relay.ts";

const host = "api.v6.test";
const hosts = `--require=${resolve("test/network/support/hosts.cjs")}`;
let emulator: Emulator;
let authority: Authority;
let front: TlsFront;
let proxy: Listening;
let tap: Tap;
const jobs: Job[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ host: "::1" });
  authority = await foundAuthority();
  front = await startTlsFront(await authority.issue([host]), Number(new URL(emulator.url).port), "::1");
  proxy = await startProxy();
  tap = await tapWire(proxy.port);
});
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.end();
});
afterAll(async () => {
  await tap.end();
  await proxy.end();
  await front.end();
  await authority.end();
  await emulator.stop();
});

const https = () => `https://${host}:${front.port}`;

async function jobAt(apiUrl: string, options: JobOptions = {}): Promise<Job> {
  const job = await startJob({
    ...options,
    inputs: { "api-url": apiUrl, ...options.inputs },
    env: { NODE_EXTRA_CA_CERTS: authority.file, NODE_OPTIONS: hosts, ...options.env },
  });
  jobs.push(job);
  return job;
}

function minting() {
  const { username, password } = emulator;
  return { username, password, scope: "purge_all", services: emulator.services[0] ?? "" };
}

async function expectWholeJob(apiUrl: string, env: Record<string, string> = {}): Promise<void> {
  const before = (await emulator.requests()).length;
  const live = (await emulator.liveTokens()).length;
  const job = await jobAt(apiUrl, { inputs: minting(), env });
  expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  const requests = (await emulator.requests()).slice(before);
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /tokens",
    "DELETE /tokens/self",
  ]);
  expect(await emulator.liveTokens()).toHaveLength(live);
}

test("main and post, by http", () => expectWholeJob(emulator.url));

test("main and post, by https", () => expectWholeJob(https()));

test("main and post, through a proxy", async () => {
  const before = tap.asked().length;
  await expectWholeJob(https(), { HTTPS_PROXY: tap.address });
  const tunnel = `${host}:${front.port}`;
  expect(tap.asked().slice(before)).toEqual([tunnel, tunnel]);
});

/*
 * Node 24.17 to 24.19 match no certificate with an IPv6 address (nodejs/node#64144), so that these cannot end well
 * there; the server that main asks shows how main read the address.
 */
describe("an https URL with the address itself", () => {
  async function asked(env: Record<string, string>): Promise<string[]> {
    const before = tap.asked().length;
    const job = await jobAt(`https://[::1]:${front.port}`, { inputs: minting(), env });
    const main = await job.run("main");
    expect(messagesOf(main, "error").join()).not.toMatch(/proxy could not/i);
    return tap.asked().slice(before);
  }

  test.each(["", "::2", "[::1]:1", "localhost,127.0.0.1"])(
    "NO_PROXY=%s: through the proxy",
    async (value) => {
      const tunnel = `[::1]:${front.port}`;
      expect(await asked({ HTTPS_PROXY: tap.address, NO_PROXY: value })).toEqual([tunnel]);
    },
  );

  test.each(["[::1]", "[::1]:PORT", "localhost,127.0.0.1,::1", "::1", "*"])(
    "NO_PROXY=%s: around it",
    async (value) => {
      const noProxy = value.replace("PORT", String(front.port));
      expect(await asked({ HTTPS_PROXY: tap.address, NO_PROXY: noProxy })).toEqual([]);
    },
  );
});

test("revoke and sweep", async () => {
  const old = await jobAt(emulator.url, { inputs: minting(), runId: "1000000001" });
  const { outputs } = await old.run("main");
  const other = await jobAt(emulator.url, { inputs: minting(), runId: "1000000001" });
  await other.run("main");

  const revoke = await jobAt(emulator.url, {
    action: "revoke/action.yml",
    inputs: { token: outputs.token ?? "" },
  });
  expect(await revoke.run("main")).toMatchObject({ conclusion: "success", outputs: { revoked: "1" } });

  const { username, password } = emulator;
  const sweep = await jobAt(emulator.url, {
    action: "sweep/action.yml",
    inputs: { username, password, "older-than": "0s", "trust-age": "true" },
  });
  expect(await sweep.run("main")).toMatchObject({ conclusion: "success", outputs: { swept: "1" } });
});
