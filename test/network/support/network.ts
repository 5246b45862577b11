import { resolve } from "node:path";
import { type Action, type ActionJob, type ActionJobOptions, useAction } from "../../support/action.ts";
import { type Job, type JobOptions, type StepResult, startJob } from "../../support/runner.ts";
import { type Authority, foundAuthority, type Identity } from "./authority.ts";
import { type ProxyOptions, startProxy, type Tap, tapWire } from "./proxy.ts";
import { type Listening, startTlsFront, type TlsFront } from "./relay.ts";

/** What the API is called here: a name that only a proxy of these tests and the steps of their jobs know. */
export const apiHost = "api.fastly.test";

/** The API behind https on a network with an authority, a name server and proxies of its own. */
export type Network = {
  readonly action: Action;
  readonly authority: Authority;
  readonly front: TlsFront;
  /** The https URL of the API under one of its names and addresses. */
  apiUrl(host?: string): string;
  /** A proxy, on a wire that nobody else uses. */
  proxy(options?: ProxyOptions): Promise<Tap>;
  /** A job on a machine of this network. */
  job(options?: ActionJobOptions): Promise<ActionJob>;
  /** Such a job's main. */
  main(options?: ActionJobOptions): Promise<StepResult & { job: ActionJob }>;
  /** A job that uses one of the companion actions there. */
  companion(action: "revoke" | "sweep", options: JobOptions): Promise<Job>;
};

const apiHosts = [apiHost, "localhost", "127.0.0.1"];

export function useNetwork(): Network {
  const action = useAction();
  const endings: (() => Promise<void>)[] = [];
  const proxies = new Map<string, Promise<Listening>>();
  let parts: { authority: Authority; front: TlsFront; identity: Identity } | undefined;

  beforeAll(async () => {
    const authority = await foundAuthority();
    const identity = await authority.issue(apiHosts);
    const front = await startTlsFront(identity, Number(new URL(action.emulator.url).port));
    parts = { authority, front, identity };
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    built().front.show(built().identity);
  });
  afterAll(async () => {
    for (const proxy of proxies.values()) await (await proxy).end();
    await built().front.end();
    await built().authority.end();
  });

  function built() {
    if (!parts) throw new Error("The network is there only while tests run.");
    return parts;
  }

  function apiUrl(host = apiHost): string {
    return `https://${host}:${built().front.port}`;
  }

  function machine(env: Record<string, string> = {}): Record<string, string> {
    const hosts = `--require=${resolve("test/network/support/hosts.cjs")}`;
    return { NODE_EXTRA_CA_CERTS: built().authority.file, NODE_OPTIONS: hosts, ...env };
  }

  async function proxy(options: ProxyOptions = {}): Promise<Tap> {
    const kind = JSON.stringify(options);
    const started = proxies.get(kind) ?? startProxy(options);
    proxies.set(kind, started);
    const tap = await tapWire((await started).port);
    endings.push(tap.end);
    return tap;
  }

  function job(options: ActionJobOptions = {}): Promise<ActionJob> {
    return action.job({
      ...options,
      inputs: { "api-url": apiUrl(), ...options.inputs },
      env: machine(options.env),
    });
  }

  return {
    action,
    get authority() {
      return built().authority;
    },
    get front() {
      return built().front;
    },
    apiUrl,
    proxy,
    job,
    main: async (options) => {
      const own = await job(options);
      return { ...(await own.run("main")), job: own };
    },
    companion: async (name, options) => {
      const job = await startJob({
        ...options,
        action: `${name}/action.yml`,
        inputs: { "api-url": apiUrl(), ...options.inputs },
        env: machine(options.env),
      });
      endings.push(job.end);
      return job;
    },
  };
}
