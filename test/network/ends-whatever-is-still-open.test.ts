import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { withoutTimersFrom } from "../support/action.ts";
import type { RunningStep, StepResult } from "../support/runner.ts";
import { fillPort } from "./support/full-port.ts";
import { useNetwork } from "./support/network.ts";
import { type Listening, listen, passOn } from "./support/relay.ts";

const network = useNetwork();
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Where a server or a proxy holds its client up for ever, and how a job gets there. */
type Phase = [name: string, route: () => Promise<{ apiUrl: string; env?: Record<string, string> }>];

async function kept<L extends Listening>(listening: Promise<L>): Promise<L> {
  const started = await listening;
  endings.push(started.end);
  return started;
}

function silent(answer?: string): Promise<Listening> {
  const hold = (socket: Socket) => {
    if (answer !== undefined) socket.once("data", () => socket.write(answer));
    socket.resume();
  };
  return kept(listen(createServer(hold)));
}

const apiUrl = "https://127.0.0.1:9";

const phases: Phase[] = [
  ["a TLS handshake", async () => ({ apiUrl: `https://127.0.0.1:${(await silent()).port}` })],
  ["a full backlog", async () => ({ apiUrl: `https://127.0.0.1:${(await kept(fillPort())).port}` })],
  [
    "a proxy's answer to CONNECT",
    async () => ({ apiUrl, env: { HTTPS_PROXY: `http://127.0.0.1:${(await silent()).port}` } }),
  ],
  [
    "a TLS handshake with a proxy",
    async () => ({ apiUrl, env: { HTTPS_PROXY: `https://127.0.0.1:${(await silent()).port}` } }),
  ],
  [
    "a full backlog of a proxy",
    async () => ({ apiUrl, env: { HTTPS_PROXY: `http://127.0.0.1:${(await kept(fillPort())).port}` } }),
  ],
  [
    "a TLS handshake through a proxy",
    async () => {
      const { port } = await silent("HTTP/1.1 200 Connected\r\n\r\n");
      return { apiUrl, env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } };
    },
  ],
];

/** Without the timers that would end a connection in the end: what a step leaves open then holds it for ever. */
const patient = withoutTimersFrom(3_000);

/** The step's result, where it is gone by itself. The wait is far above what a busy machine takes to end a process. */
async function afterVerdict(step: RunningStep, verdict: string): Promise<StepResult> {
  await step.printed(verdict);
  const over = new AbortController();
  wait(60_000, undefined, { signal: over.signal }).then(
    () => step.kill("SIGKILL"),
    () => {},
  );
  const result = await step.done.finally(() => over.abort());
  expect(result.signal).toBeNull();
  return result;
}

describe.each(phases)("held up in %s", (_name, route) => {
  test("main is gone with its time-out, and with an interruption", async () => {
    const { apiUrl, env = {} } = await route();
    const short = await network.job({
      inputs: { "api-url": apiUrl, timeout: "2s" },
      env: { ...patient, ...env },
    });
    const long = await network.job({ inputs: { "api-url": apiUrl }, env });
    const [late, interrupted] = await Promise.all([short.start("main"), long.start("main")]);
    const [main] = await Promise.all([
      afterVerdict(late, "::error"),
      // It may then be anywhere on its way: every moment is right.
      interrupted.printed("::add-mask").then(async () => {
        await wait(500);
        interrupted.kill("SIGINT");
      }),
    ]);
    expect(main.exitCode).toBe(1);
    expect(await afterVerdict(interrupted, "::error")).toMatchObject({ exitCode: 1 });
  });
});

test.each(["revoke", "sweep"] as const)("%s is gone with its time-out", async (name) => {
  const { port } = await silent();
  const { username, password } = await network.action.user();
  const target = name === "revoke" ? { token: "a-token" } : { username, password };
  const inputs = { ...target, "api-url": `https://127.0.0.1:${port}`, timeout: "2s" };
  const job = await network.companion(name, { inputs, githubToken: "a-github-token", env: patient });
  expect(await afterVerdict(await job.start("main"), "::error")).toMatchObject({ exitCode: 1 });
});

test("post is gone with its time-out, with a warning and the exit code of success", async () => {
  let isSilent = false;
  const front = await kept(
    listen(
      createServer((socket) => {
        if (isSilent) socket.resume();
        else passOn(socket, network.front.port);
      }),
    ),
  );
  const inputs = { "api-url": `https://127.0.0.1:${front.port}`, timeout: "2s" };
  const { job } = await network.main({ inputs, env: patient });
  isSilent = true;
  expect(await afterVerdict(await job.start("post"), "::warning")).toMatchObject({ exitCode: 0 });
});

const compiler = spawnSync("cc", ["--version"]).status === 0 && process.platform === "linux";

/** A name server that never answers, as the C library sees it. */
const silentResolver = `
#include <netdb.h>
#include <unistd.h>
int getaddrinfo(const char *n, const char *s, const struct addrinfo *h, struct addrinfo **r) {
  sleep(600);
  return EAI_AGAIN;
}`;

(compiler ? test : test.skip)("a name server that never answers holds nobody up", async () => {
  const directory = mkdtempSync(join(tmpdir(), "resolver-"));
  endings.push(async () => rmSync(directory, { recursive: true }));
  const library = join(directory, "silent.so");
  writeFileSync(join(directory, "silent.c"), silentResolver);
  spawnSync("cc", ["-shared", "-fPIC", "-o", library, join(directory, "silent.c")]);
  const inputs = { "api-url": "https://api.nobody.example", timeout: "2s" };
  const job = await network.job({ inputs, env: { ...patient, LD_PRELOAD: library } });
  const main = await afterVerdict(await job.start("main"), "::error");
  expect(main.exitCode).toBe(1);
});
