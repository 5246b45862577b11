import { hash, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { connectApi, deadlineIn, systemClock } from "../fastly/index.ts";
import { openTransport } from "../http/node.ts";
import { poolTransports } from "../http/transport-pool.ts";
import { version } from "../version.ts";
import { type Broker, createBroker } from "./broker.ts";
import type { Configuration } from "./config/configuration.ts";
import { createIssuerKeys } from "./identity/index.ts";
import { openAudit } from "./node-audit.ts";
import { readConfiguration } from "./node-configuration.ts";
import { prometheusMetrics } from "./node-metrics.ts";
import { type RunningServer, serve } from "./node-server.ts";
import { isSignedByAtOnce } from "./node-signature.ts";
import { openStore, problemOfStore } from "./node-store.ts";
import type { Generation } from "./service/service.ts";
import { userEventRecord } from "./service/user-event.ts";
import { createUsers } from "./users/users.ts";

const name = "fastly-ephemeral-token-broker";
const userAgent = `${name}/${version}`;
const mostConnectionsToFastly = 32;

const usage = `Usage: broker --config FILE [--port N] [--host H] [--json] [--tls-cert FILE --tls-key FILE] [--trust-proxy]`;

interface ServeOptions {
  config: string;
  port: number;
  host: string;
  json: boolean;
  trustsProxy: boolean;
  tls: { cert: string; key: string } | undefined;
}

/**
 * Runs the broker until SIGTERM or SIGINT.
 *
 * Long, because what it starts is what its functions below reload and end.
 *
 * @returns the exit code
 */
export async function runBroker(args: readonly string[]): Promise<number> {
  const options = await readOptions(args);
  if (typeof options === "string") return complain(options);
  const { config: file } = options;
  const loaded = await readConfiguration(file);
  if (loaded.kind === "refused") return complain(loaded.text);
  const { config: first } = loaded;
  warn(loaded.warnings);

  const clock = systemClock;
  const store = await openStore(first, clock);
  const metrics = prometheusMetrics(version);
  const keys = createIssuerKeys({ openTransport: poolTransports(openTransport, 2), userAgent, clock });
  const broker = createBroker(generationOf(first), {
    clock,
    keys,
    isSignedBy: isSignedByAtOnce,
    store,
    metrics,
    writeAudit: openAudit(1, {
      onOutage: (code) =>
        warn([`The audit log cannot be written (${code}): requests are refused until it can.`]),
    }),
    newId: randomUUID,
    newNonce,
    sha256: (text) => hash("sha256", text),
    onFault: (error) => {
      metrics.faulted();
      report(error);
    },
    name,
    version,
  });
  const server = await serve({ ...options, handle: broker.handle }).catch(serverFault);
  if (typeof server === "string") {
    await broker.close();
    await store.close();
    return complain(server);
  }
  process.stdout.write(
    options.json ? `${JSON.stringify({ url: server.url })}\n` : `Listening on ${server.url}\n`,
  );

  function generationOf(config: Configuration): Generation {
    const api = connectApi({
      apiUrl: config.apiUrl,
      openTransport: poolTransports(openTransport, mostConnectionsToFastly),
      userAgent,
      deadline: deadlineIn(Number.POSITIVE_INFINITY, clock),
      clock,
    });
    const fastlyUsers = createUsers(config.users, {
      api,
      clock,
      newNonce,
      host: URL.parse(config.audience)?.host || "broker",
      store,
      isAlone: config.store.kind === "memory",
      rulesOf: (id) => [...config.rules.values()].filter(({ users }) => users.includes(id)).length,
      onEvent: (event) => broker.audit(userEventRecord(event, randomUUID())),
      onFault: (error) => {
        metrics.faulted();
        report(error);
      },
    });
    return { config, users: fastlyUsers };
  }

  async function reload(): Promise<void> {
    const next = await readConfiguration(file);
    const event = { request_id: randomUUID(), event: "reload" } as const;
    const problem = next.kind === "refused" ? next.text : problemOfStore(next.config, first);
    metrics.reloaded(problem === undefined);
    if (next.kind === "refused" || problem !== undefined) {
      complain(`${problem}\nThe broker keeps the configuration that it has.`);
      return broker.audit({ ...event, decision: "refused" });
    }
    warn(next.warnings);
    broker.use(generationOf(next.config));
    broker.audit({ ...event, decision: "done", policy_hash: next.config.hash });
  }

  await untilTold(reload);
  await close(server, broker);
  await store.close();
  return 0;
}

/** Resolves once the process has to end; each SIGHUP before that reloads, one after the other. */
function untilTold(reload: () => Promise<void>): Promise<void> {
  let reloading = Promise.resolve();
  process.on("SIGHUP", () => {
    reloading = reloading.then(reload);
  });
  return new Promise((resolve) => {
    // A second one changes nothing: npm and a terminal both send it, and keys would be left alive.
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve(reloading));
  });
}

/** Why no server was started: by its configuration, not by a mistake of ours. */
function serverFault(error: NodeJS.ErrnoException): string {
  const { code = "", syscall } = error;
  if (syscall === "listen" || syscall === "getaddrinfo")
    return `The broker cannot listen on this address (${code}). Choose another --port or --host.`;
  if (/^ERR_(?:OSSL|TLS|CRYPTO)_/.test(code))
    return `--tls-cert and --tls-key are not a certificate and its private key, as PEM and without a passphrase (${code}).`;
  throw error;
}

async function close(server: RunningServer, broker: Broker): Promise<void> {
  const closed = server.close();
  await broker.close();
  await closed;
}

function warn(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

function newNonce(): string {
  return randomBytes(10).toString("hex");
}

/** What failed, without its message: that may quote what somebody sent. */
function report(error: unknown): void {
  const { name = "Error", stack = "" } = error instanceof Error ? error : new Error("not an error");
  const where = stack.split("\n").filter((line) => /^\s+at /.test(line));
  process.stderr.write(`${name}\n${where.join("\n")}\n`);
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

async function readOptions(args: readonly string[]): Promise<ServeOptions | string> {
  const parsed = parseOptions(args);
  if (typeof parsed === "string") return `${parsed}\n${usage}`;
  const {
    config,
    port = "8080",
    host = "127.0.0.1",
    json = false,
    "trust-proxy": trustsProxy = false,
  } = parsed;
  const { "tls-cert": cert, "tls-key": key } = parsed;
  if (config === undefined) return `--config is missing.\n${usage}`;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return `--port is not a port.\n${usage}`;
  if ((cert === undefined) !== (key === undefined)) return `--tls-cert and --tls-key go together.\n${usage}`;
  const base = { config, port: Number(port), host, json, trustsProxy };
  if (cert === undefined || key === undefined) return { ...base, tls: undefined };
  try {
    return { ...base, tls: { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") } };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `--tls-cert or --tls-key cannot be read (${code}).`;
  }
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        config: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        json: { type: "boolean" },
        "tls-cert": { type: "string" },
        "tls-key": { type: "string" },
        "trust-proxy": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
