/*
 * npm run bench:broker [-- --exchanges N]
 *
 * Exchanges through the broker, beside a bare route that verifies one RS256 signature and makes the same one request,
 * both on loopback and before the same server that answers in Fastly's place at once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Agent, request } from "undici";

const { values } = parseArgs({ options: { exchanges: { type: "string", default: "20000" } } });
const most = Number(values.exchanges);
const clients = [1, 10, 50];
const audience = "https://fastly-tokens.example.com";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const fastly = await start(["scripts/bench-broker-fastly.ts"]);
const issuer = await answerAsIssuer();
const directory = await mkdtemp(join(tmpdir(), "bench-broker-"));
const broker = await startBroker();
const bare = await startBare();
try {
  process.stdout.write("clients  route   exchanges/s  p50 ms  p99 ms\n");
  for (const count of clients) {
    for (const [name, url] of [
      ["bare", bare.url],
      ["broker", broker.url],
    ] as const) {
      await exchangeMany(url, count, 500);
      const { perSecond, p50, p99 } = await exchangeMany(url, count, Math.min(5_000, most));
      const cells = [String(count).padStart(7), name.padEnd(6), perSecond.toFixed(0).padStart(12)];
      process.stdout.write(
        `${cells.join("  ")}  ${p50.toFixed(2).padStart(6)}  ${p99.toFixed(2).padStart(6)}\n`,
      );
    }
  }
  process.stdout.write("memory of the broker\n");
  for (let done = 0; done < most; done += 10_000) {
    await exchangeMany(broker.url, 10, Math.min(10_000, most - done));
    process.stdout.write(`after ${done + 10_000}: ${await residentMiB(broker.child)} MiB\n`);
  }
} finally {
  broker.child.kill("SIGTERM");
  bare.child.kill("SIGTERM");
  await Promise.all([once(broker.child, "exit"), once(bare.child, "exit")]);
  fastly.child.kill();
  issuer.server.close();
  await rm(directory, { recursive: true });
}
process.exit(0);

async function exchangeMany(url: string, count: number, exchanges: number) {
  const agent = new Agent({ connections: count });
  const forms = Array.from({ length: exchanges }, formOf);
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let form = forms.pop(); form !== undefined; form = forms.pop()) {
        const before = performance.now();
        const { statusCode, body } = await request(`${url}/v1/token`, {
          method: "POST",
          dispatcher: agent,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: form,
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${text}`);
        times.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await agent.close();
  times.sort((one, other) => one - other);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? 0;
  return { perSecond: exchanges / seconds, p50: at(0.5), p99: at(0.99) };
}

function formOf(): string {
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: newJwt(),
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    rule: "web-purge",
  }).toString();
}

function newJwt(): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg: "RS256", typ: "JWT", kid: "one" })}.${encode({
    jti: randomUUID(),
    iss: issuer.url,
    aud: audience,
    sub: "repo:octo-org/shop:ref:refs/heads/main",
    repository: "octo-org/shop",
    repository_id: "1296269",
    repository_owner_id: "9919",
    ref: "refs/heads/main",
    event_name: "push",
    workflow_ref: "octo-org/shop/.github/workflows/deploy.yml@refs/heads/main",
    run_id: "16000000001",
    run_attempt: "1",
    check_run_id: "45000000001",
    sha: "0123456789012345678901234567890123456789",
    iat: now,
    nbf: now - 10,
    exp: now + 300,
  })}`;
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

async function answerAsIssuer() {
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
  return listen(createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] }))));
}

async function listen(server: ReturnType<typeof createServer>) {
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function startBroker() {
  const config = join(directory, "broker.yaml");
  const secret = { env: "BENCH_SECRET" };
  // With room for every exchange: no token of the bench ends before it is over.
  const ids = ["one", "two", "three"];
  await writeFile(
    config,
    JSON.stringify({
      version: 1,
      audience,
      issuers: [{ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, server: "https://github.com" }],
      fastly: {
        api_url: fastly.url,
        users: ids.map((id) => ({ id, username: secret, password: secret, max_live_tokens: 100_000 })),
      },
      store: "memory",
      rules: [
        {
          id: "web-purge",
          users: ids,
          match: { repository_owner_id: "9919", repository_id: "1296269", event_name: "push" },
          grant: { scope: ["purge_select"], services: ["SU1Z0isxPaozGVKXdv0eY"], max_ttl: "10m" },
        },
      ],
    }),
  );
  const args = ["--import", "./src/broker/load-modules.mjs", "src/broker/main.ts"];
  return start([...args, "--config", config, "--port", "0", "--json"]);
}

async function startBare() {
  const key = join(directory, "key.pem");
  await writeFile(key, publicKey.export({ format: "pem", type: "spki" }));
  return start(["scripts/bench-broker-bare.ts", fastly.url, key]);
}

async function start(args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, BENCH_SECRET: "a secret of the bench" },
  });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, "line")) as [string];
  lines.on("line", () => {});
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function residentMiB({ pid }: ChildProcess): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kib === undefined ? "unknown" : (Number(kib) / 1024).toFixed(0);
}
