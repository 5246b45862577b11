import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

// Where all of CI runs, a test that is left out proves nothing.
if (!hasRedis && process.env.CI && process.platform === "linux")
  throw new Error("There is no redis-server. Install Debian's package redis-server.");

export type RunningRedis = {
  readonly url: string;
  /** Kills it; what it held is gone, unless it keeps that. */
  kill(): Promise<void>;
  /** Holds it still, and lets it go on. */
  pause(): void;
  resume(): void;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type RedisOptions = { keeps?: boolean; tls?: { key: string; cert: string }; user?: string };

const password = "a-redis-password";
const mostStarts = 100;

/**
 * Starts a Redis server of its own, on loopback.
 *
 * @param keeps whether it writes each change to disk before it answers
 * @param tls what it shows of itself, where it speaks TLS and nothing else
 * @param user who may use it, where the default user may not
 */
export async function startRedis({ keeps = false, tls, user }: RedisOptions = {}): Promise<RunningRedis> {
  const directory = mkdtempSync(join(tmpdir(), "redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = [
      ...(tls ? ["--port", "0", "--tls-port", String(port)] : ["--port", String(port)]),
      ...(tls ? tlsOptions(tls, directory) : []),
      ...["--bind", "127.0.0.1", "--dir", directory],
      ...["--save", "", "--appendonly", keeps ? "yes" : "no", "--appendfsync", "always"],
      ...(user
        ? ["--user", user, "on", `>${password}`, "~*", "&*", "+@all", "--user", "default", "off"]
        : []),
      ...(user ? [] : ["--requirepass", password]),
      ...["--daemonize", "no"],
    ];
    // While it is away, a connection of anybody may have its port for a moment.
    for (let tries = 1; !(await isReady(spawnServer(options))); tries++) {
      if (tries === mostStarts) throw new Error(`Redis does not start on port ${port}.`);
      await wait(100);
    }
  }

  function spawnServer(options: string[]): ChildProcess {
    child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    return child;
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  await start();
  return {
    url: `${tls ? "rediss" : "redis"}://${user ?? ""}:${password}@127.0.0.1:${port}`,
    start,
    kill,
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    stop: async () => {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
}

/** @returns false where it ended before it was ready */
async function isReady({ stdout }: ChildProcess): Promise<boolean> {
  if (!stdout) return false;
  for await (const line of createInterface(stdout)) {
    if (!/Ready to accept connections/.test(line)) continue;
    stdout.resume();
    return true;
  }
  return false;
}

function tlsOptions({ key, cert }: { key: string; cert: string }, directory: string): string[] {
  const [keyFile, certFile] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  writeFileSync(keyFile, key);
  writeFileSync(certFile, cert);
  return ["--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-auth-clients", "no"];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
