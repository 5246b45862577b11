import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  connectApi,
  createToken,
  deadlineIn,
  type FastlyApi,
  type FastlyApiOptions,
  FastlyError,
} from "../../src/fastly/index.ts";
import { openTransport } from "../../src/http/node.ts";
import type { Transport } from "../../src/http/transport.ts";
import { instantClock } from "../support/clock.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";

export const userAgent = "a-test/1.2.3";

export type Client = {
  readonly emulator: Emulator;
  /** A way to the emulator, or to wherever `apiUrl` says, with a minute of time. */
  connect(options?: Partial<FastlyApiOptions>): FastlyApi;
  /** A way to a server of the test's own. */
  connectTo(listener: RequestListener, options?: Partial<FastlyApiOptions>): Promise<FastlyApi>;
  /** A way to a server that gives one answer to everything. */
  answering(status: number, body?: unknown, options?: Partial<FastlyApiOptions>): Promise<FastlyApi>;
};

let openOther: ((origin: string) => Transport) | undefined;

/** Has every client from now on use another transport than undici's. */
export function speakOver(open: (origin: string) => Transport): void {
  openOther = open;
}

/** Gives a test file an emulator and ways to it, all closed when their test is over. */
export function useClient(): Client {
  const apis: FastlyApi[] = [];
  const servers: Server[] = [];
  let emulator: Emulator | undefined;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    for (const api of apis.splice(0)) await api.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await once(server.close(), "close");
    }
    await running().clearFaults();
  });
  afterAll(() => running().stop());

  function running(): Emulator {
    if (!emulator) throw new Error("The emulator runs only while tests do.");
    return emulator;
  }

  function connect(options: Partial<FastlyApiOptions> = {}): FastlyApi {
    const { clock = instantClock() } = options;
    const api = connectApi({
      apiUrl: running().url,
      openTransport: openOther ?? openTransport,
      userAgent,
      deadline: deadlineIn(60_000, clock),
      clock,
      // So that the last try before the deadline has seconds, on a busy machine as well.
      random: () => 0.5,
      ...options,
    });
    apis.push(api);
    return api;
  }

  async function connectTo(listener: RequestListener, options: Partial<FastlyApiOptions> = {}) {
    const server = createServer(listener);
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return connect({ apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
  }

  function answering(status: number, body: unknown = "", options?: Partial<FastlyApiOptions>) {
    return connectTo((_, response) => {
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    }, options);
  }

  return {
    get emulator() {
      return running();
    },
    connect,
    connectTo,
    answering,
  };
}

/** The error that an operation ends with, which must be this client's own. */
export async function errorOf(operation: Promise<unknown>): Promise<FastlyError> {
  const error = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FastlyError) return error;
  throw new Error("The operation did not end with a FastlyError.", { cause: error });
}

/** A token of one scope, added past all limits. */
export async function keyOf(emulator: Emulator, scope = "global", user = emulator.userId) {
  const [added] = await emulator.addTokens([{ scope, user }]);
  if (!added) throw new Error("no token was added");
  return { id: added.id, key: added.access_token };
}

/** Asks for a token that purges; by default, with the emulator's first user. */
export function create(
  api: FastlyApi,
  credentials: { username?: string; password?: string; otp?: string } = {},
) {
  const order = { name: "a name", scopes: ["purge_all"], services: [], expiresAt: inAnHour() } as const;
  return createToken(api, order, { kind: "password", username: "me", password: "pass word", ...credentials });
}

export const inAnHour = () => new Date(Date.now() + 3_600_000);

/** Everything a person could be shown of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A token as the API describes it. */
export const described = {
  id: "5YyNlmBLwKOuyOGLBpVMoL",
  name: "a name",
  user_id: "user1",
  customer_id: "customer1",
  scope: "purge_all",
  scopes: ["purge_all"],
  services: ["service1"],
  service_id: "service1",
  created_at: "2026-01-14T11:47:46Z",
  expires_at: "2026-01-14T12:47:46Z",
  last_used_at: null,
} as const;
