import { enforceExplicitBackends } from "fastly:backend";
import { env } from "fastly:env";
import { Logger } from "fastly:logger";
import { connectApi, deadlineIn, systemClock } from "../fastly/index.ts";
import type { Clock } from "../http/clock.ts";
import { parseUrl } from "../text/parse-url.ts";
import { version } from "../version.ts";
import { type Broker, createBroker } from "./broker.ts";
import { edgeAddressLimit } from "./compute/address-limit.ts";
import { openBackend } from "./compute/backends.ts";
import { cachedKeys } from "./compute/key-shelf.ts";
import { type Kv, openKv } from "./compute/kv.ts";
import { createKvStore } from "./compute/kv-store.ts";
import { type KeptPasswords, keepPasswords } from "./compute/password-records.ts";
import { resources } from "./compute/resources.ts";
import { MissingSecret, openSecrets, type Secrets } from "./compute/secrets.ts";
import { usersOnDemand } from "./compute/users-on-demand.ts";
import { compilePolicy, compileUser, type Policy } from "./config/compile.ts";
import type { ConfigurationFile } from "./config/schema.ts";
import { createIssuerKeys } from "./identity/index.ts";
import { auditText } from "./service/audit.ts";
import type { Metrics } from "./service/metrics.ts";
import { refusal, refusalResponse } from "./service/refusal.ts";
import type { Store } from "./store/store.ts";
import { openAccounts } from "./users/accounts.ts";
import { createUsers, type Users } from "./users/users.ts";

const name = "fastly-ephemeral-token-broker";
const userAgent = `${name}/${version}`;
const webhookPath = "/v1/github/webhook";

/** A configuration file that was checked when the package was built. */
export interface BuiltPolicy {
  file: ConfigurationFile;
  hash: string;
}

/** What one request is served with. */
interface Site {
  policy: Policy;
  file: ConfigurationFile;
  kv: Kv;
  store: Store;
  secrets: Secrets;
  passwords: KeptPasswords;
}

/** Times that other requests are to understand are since 1970. */
const clock: Clock = { ...systemClock, elapsed: () => Date.now() };

/**
 * Serves the broker on Fastly Compute, which begins anew for each request. This runs when the package is built: what
 * it draws at random or reads of the time would be the same in every request.
 */
export function serveOnCompute({ file, hash }: BuiltPolicy): void {
  enforceExplicitBackends();
  const policy = compilePolicy(file, hash);
  addEventListener("fetch", (event) => {
    const site = openSite(policy, file);
    const served = serve(event, site);
    event.respondWith(served.then(({ response }) => response));
    event.waitUntil(served.then((done) => finish(done, site)));
  });
}

function openSite(policy: Policy, file: ConfigurationFile): Site {
  const kv = openKv(resources.kvStore);
  return {
    policy,
    file,
    kv,
    store: createKvStore(kv, clock.now),
    secrets: openSecrets(resources.secretStore),
    passwords: keepPasswords(kv, env("FASTLY_SERVICE_VERSION") ?? "", clock),
  };
}

interface Served {
  response: Response;
  /** Missing where it could not be opened. */
  broker?: Broker;
}

async function serve({ request, client }: FetchEvent, site: Site): Promise<Served> {
  try {
    const broker = await openBroker(request, site);
    const response = await broker.handle(request, client.address);
    // That a password was refused is known before anybody tries again.
    await site.passwords.save().catch(report);
    return { broker, response };
  } catch (error) {
    report(error);
    const { refusal: internal } = refusal(
      "internal",
      "The broker failed. Its operator can find the cause in its log.",
    );
    return { response: refusalResponse(internal, crypto.randomUUID()) };
  }
}

/** Ends the broker's own keys, once what goes on after the response is done. */
async function finish({ broker }: Served, { passwords, store }: Site): Promise<void> {
  await broker?.close().catch(report);
  await store.close().catch(report);
  await passwords.save().catch(report);
}

async function openBroker(request: Request, site: Site): Promise<Broker> {
  const { policy, file, secrets, store } = site;
  const isWebhook = parseUrl(request.url)?.pathname === webhookPath && file.webhook !== undefined;
  const webhookSecret = isWebhook ? await secrets.read(file.webhook?.secret) : undefined;
  const broker = createBroker(
    { config: { ...policy, webhookSecret }, users: usersOf(site, (event) => broker.heard(event)) },
    {
      clock,
      keys: createIssuerKeys({ openTransport: openBackend, userAgent, clock, shelf: cachedKeys }),
      store: { ...store, ping: () => reachAll(site) },
      metrics: noMetrics,
      limit: edgeAddressLimit(resources.addressLimit),
      writeAudit: async (line) => new Logger(resources.auditLog).log(auditText(line)),
      newId: () => crypto.randomUUID(),
      newNonce,
      sha256,
      onFault: report,
      name,
      version,
    },
  );
  return broker;
}

function usersOf(site: Site, onEvent: Broker["heard"]): Users {
  const { policy, file, secrets, passwords, store } = site;
  return usersOnDemand(async (ids) => {
    const entries = file.fastly.users.filter(({ id }) => ids.includes(id));
    const users = await Promise.all(entries.map(open));
    const api = connectApi({
      apiUrl: policy.apiUrl,
      openTransport: openBackend,
      userAgent,
      deadline: deadlineIn(Number.POSITIVE_INFINITY, clock),
      clock,
    });
    const accounts = openAccounts({
      api,
      clock,
      newNonce,
      host: parseUrl(policy.audience)?.host || "broker",
      store,
      passwords,
      onFault: report,
    });
    const opened = createUsers(users, {
      accounts,
      clock,
      store,
      isAlone: false,
      isForOneRequest: true,
      onEvent,
      onFault: report,
    });
    return { ...opened, close: () => opened.close().finally(accounts.close) };
  });

  async function open(entry: (typeof file.fastly.users)[number]) {
    const [username, password, totpSecret] = await Promise.all([
      secrets.read(entry.username),
      secrets.read(entry.password),
      secrets.read(entry.totp_secret),
      passwords.load(entry.id),
    ]);
    return compileUser(entry, (key) => ({ username, password, totp_secret: totpSecret })[key]);
  }
}

/** What `/readyz` asks: whether the store responds, and every secret that the policy names is there. */
async function reachAll({ file, secrets, store }: Site): Promise<void> {
  const references = [
    file.webhook?.secret,
    ...file.fastly.users.flatMap((user) => [user.username, user.password, user.totp_secret]),
  ];
  await Promise.all([store.ping(), ...references.map((reference) => secrets.read(reference))]);
}

/** An instance counts nothing that would outlive it; the log holds every decision. */
const noMetrics: Metrics = {
  decided: () => {},
  responded: () => {},
  minted: () => {},
  ended: () => {},
  webhook: () => {},
  reloaded: () => {},
  auditFailed: () => {},
  faulted: () => {},
};

function newNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(10)));
}

async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What failed, without its message: that may quote what somebody sent. */
function report(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error("not an error");
  const what = error instanceof MissingSecret ? `${name}: ${error.message}` : name;
  console.error([what, ...stack.split("\n").filter((line) => line.includes("@"))].join("\n"));
}
