import { hash, randomBytes, randomUUID } from "node:crypto";
import { systemClock } from "../fastly/index.ts";
import { openTransport } from "../http/node.ts";
import { listenFault } from "../http/node-listen.ts";
import { poolTransports } from "../http/transport-pool.ts";
import { version } from "../version.ts";
import { type Broker, createBroker } from "./broker.ts";
import type { Configuration } from "./config/configuration.ts";
import { createIssuerKeys } from "./identity/index.ts";
import { keepAccounts } from "./node-accounts.ts";
import { openAudit } from "./node-audit.ts";
import { readServerCertificate } from "./node-certificate.ts";
import { readConfiguration } from "./node-configuration.ts";
import { prometheusMetrics } from "./node-metrics.ts";
import { readStartOptions, type StartOptions } from "./node-options.ts";
import { complain, isDiscarded, print } from "./node-output.ts";
import { type RunningServer, type ServerOptions, serve } from "./node-server.ts";
import { isSignedByAtOnce } from "./node-signature.ts";
import { openStore, problemOfStore } from "./node-store.ts";
import type { Generation } from "./service/service.ts";
import { createUsers } from "./users/users.ts";

const name = "fastly-ephemeral-token-broker";
const userAgent = `${name}/${version}`;

/**
 * Runs the broker until SIGTERM or SIGINT.
 *
 * Long, because what it starts is what its functions below reload and end.
 *
 * @returns the exit code
 */
export async function runBroker(args: readonly string[]): Promise<number> {
  const clock = systemClock;
  const options = await readStartOptions(args, clock.now());
  if (typeof options === "string") return refuse(options);
  const { config: file, tls: served } = options;
  const loaded = await readConfiguration(file);
  if (loaded.kind === "refused") return refuse(loaded.text);
  const { config: first } = loaded;
  warn([...options.warnings, ...loaded.warnings]);
  if (isDiscarded(1))
    warn(["warning: standard output is closed or goes to /dev/null, so no audit log is kept."]);

  const started = Promise.withResolvers<void>();
  const ended = untilTold(started.promise, reload);
  const store = await openStore(first, clock);
  const metrics = prometheusMetrics(version);
  const keys = createIssuerKeys({ openTransport: poolTransports(openTransport, 2), userAgent, clock });
  const accounts = keepAccounts({ clock, newNonce, store, userAgent, onFault });
  const broker = createBroker(generationOf(first), {
    clock,
    keys,
    isSignedBy: isSignedByAtOnce,
    store,
    metrics,
    writeAudit: openAudit(1, {
      onOutage: (code) =>
        complain(`The audit log cannot be written (${code}): requests are refused until it can be written.`),
    }),
    newId: randomUUID,
    newNonce,
    sha256: (text) => hash("sha256", text),
    onFault,
    name,
    version,
  });
  const server = await startServer(options, broker.handle);
  if (typeof server === "string") {
    await broker.close();
    await accounts.close();
    await store.close();
    return refuse(server);
  }

  const { renew } = server;

  function onFault(error: unknown): void {
    metrics.faulted();
    report(error);
  }

  function generationOf(config: Configuration): Generation {
    const fastlyUsers = createUsers(config.users, {
      accounts: accounts.of(config),
      clock,
      store,
      isAlone: config.store.kind === "memory",
      rulesOf: (id) => [...config.rules.values()].filter(({ users }) => users.includes(id)).length,
      onEvent: (event) => broker.heard(event),
      onFault,
    });
    return { config, users: fastlyUsers };
  }

  async function reload(): Promise<void> {
    const next = await readConfiguration(file);
    const tls = served && (await readServerCertificate(served.files, clock.now()));
    const event = { request_id: randomUUID(), event: "reload" } as const;
    const problem = next.kind === "refused" ? next.text : problemOfStore(next.config, first);
    const problems = [problem, tls?.kind === "refused" ? tls.text : undefined].filter(
      (text) => text !== undefined,
    );
    metrics.reloaded(problems.length === 0);
    if (next.kind === "refused" || tls?.kind === "refused" || problems.length > 0) {
      const kept = tls ? "configuration and certificate" : "configuration";
      complain(`${problems.join("\n")}\nThe broker keeps its current ${kept}.`);
      return broker.audit({ ...event, decision: "refused" });
    }
    warn([...(tls?.warnings ?? []), ...next.warnings]);
    if (tls) renew(tls.certificate);
    broker.use(generationOf(next.config));
    broker.audit({ ...event, decision: "done", policy_hash: next.config.hash });
  }

  started.resolve();
  await ended;
  await close(server, broker);
  await accounts.close();
  await store.close();
  return 0;
}

/** Starts to listen, and prints where. @returns in words what is in the way */
async function startServer(
  options: StartOptions,
  handle: ServerOptions["handle"],
): Promise<RunningServer | string> {
  const server = await serve({ ...options, tls: options.tls?.certificate, handle }).catch((error) => {
    const fault = listenFault(error, options);
    if (fault === undefined) throw error;
    return fault;
  });
  if (typeof server === "string") return server;
  const fault = await print(
    options.json ? `${JSON.stringify({ url: server.url })}\n` : `Listening on ${server.url}\n`,
  );
  if (fault === undefined) return server;
  await server.close();
  return `Standard output cannot be written (${fault}), and the audit log goes there. Check what reads it, or the disk that it is on.`;
}

/**
 * Resolves once the process has to end; each SIGHUP before that reloads, one after the other. A signal that comes during
 * the start waits for it, and a SIGHUP after that is ignored.
 */
function untilTold(started: Promise<void>, reload: () => Promise<void>): Promise<void> {
  let reloading = started;
  let isEnding = false;
  process.on("SIGHUP", () => {
    // With SendSIGHUP, systemd sends both. Nothing would close what a reload opens after the end has begun.
    if (!isEnding) reloading = reloading.then(reload).catch(report);
  });
  return new Promise((resolve) => {
    // A second one changes nothing: npm and a terminal both send it, and keys would be left alive.
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.on(signal, () => {
        isEnding = true;
        resolve(reloading);
      });
  });
}

async function close(server: RunningServer, broker: Broker): Promise<void> {
  const closed = server.close();
  await broker.close();
  await closed;
}

function warn(lines: readonly string[]): void {
  for (const line of lines) complain(line);
}

function newNonce(): string {
  return randomBytes(10).toString("hex");
}

/** What failed, without its message: that may quote what somebody sent. */
function report(error: unknown): void {
  const { name = "Error", stack = "" } = error instanceof Error ? error : new Error("not an error");
  const where = stack.split("\n").filter((line) => /^\s+at /.test(line));
  complain([name, ...where].join("\n"));
}

function refuse(text: string): number {
  complain(text);
  return 1;
}
