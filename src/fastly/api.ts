import { type Clock, type Deadline, earlier, systemClock } from "../http/clock.ts";
import { HttpError } from "../http/error.ts";
import { parseDate, retryDelay } from "../http/retry-delay.ts";
import { eitherSignal, type Signal } from "../http/signal.ts";
import type { HttpRequest, HttpResponse, Transport } from "../http/transport.ts";
import { asFastlyError, FastlyError, type FastlyErrorCode } from "./error.ts";
import type { JsonResponse } from "./fields.ts";
import { type Expected, readResponse } from "./read-response.ts";
import { isKey } from "./shapes.ts";

/** What ends an operation before its response does. */
export interface Bounds {
  /** Nothing is begun after it. */
  deadline: Deadline;
  /** Interrupts what is under way and refuses what comes after. */
  signal?: Signal | undefined;
}

export interface FastlyApiOptions extends Bounds {
  /** Where the API is, such as `https://api.fastly.com`; a path in it comes before every operation's own. */
  apiUrl: string;
  /** Opens a transport to that host, such as `openFetchTransport`. */
  openTransport: (origin: string) => Transport;
  /** Sent as `User-Agent`. */
  userAgent: string;
  clock?: Clock;
  /** For the jitter between tries: a number from 0 to below 1. */
  random?: () => number;
}

/** One request of the API and what is expected back; the operations of this folder make these. */
export interface Call extends Expected {
  method: HttpRequest["method"];
  /** Below the API's URL, such as `/tokens/self`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Whether a try with an unknown outcome may be repeated. */
  repeatable: boolean;
  /** The largest response that is read, in bytes. */
  maxBytes?: number;
  /** Called with each response before it is judged. */
  inspect?: (response: HttpResponse) => void;
}

/** @throws {FastlyError} `malformed-response` */
export type Read<T> = (response: JsonResponse) => T;

/** A client of Fastly's API within its bounds: what every operation of this folder takes as its first parameter. */
export interface FastlyApi extends Bounds {
  readonly clock: Clock;
  /** For the jitter between tries: a number from 0 to below 1. */
  readonly random: () => number;
  /**
   * @param read reads the response, with its body parsed where one is expected; one that it finds malformed is
   *   repeated like any other that proves nothing
   * @throws {FastlyError} and nothing else
   */
  send<T>(call: Call, read: Read<T>): Promise<T>;
  /** The same client within narrower bounds: the earlier deadline holds, and so does every signal. */
  with(bounds: Partial<Bounds>): FastlyApi;
  /** How far the server's clock was ahead of the machine's in its last response, in milliseconds; undefined where it said nothing. */
  serverOffset(): number | undefined;
  /** Ends the connection; nothing may be sent afterwards. */
  close(): Promise<void>;
}

/** Room for a token that is limited to tens of thousands of services. */
const oneToken = 1024 * 1024;

/** What every call over one client shares. */
interface Connection {
  readonly transport: Transport;
  /** The path of the API's URL. */
  readonly prefix: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: () => number;
  serverOffset: number | undefined;
}

/** Opens a client of Fastly's API. Nothing is sent, nor connected, before the first operation. */
export function connectApi(options: FastlyApiOptions): FastlyApi {
  const { deadline, signal, userAgent, clock = systemClock, random = Math.random } = options;
  const url = new URL(options.apiUrl);
  const transport = options.openTransport(url.origin);
  const prefix = url.pathname.replace(/\/+$/, "");
  const connection = { transport, prefix, userAgent, clock, random, serverOffset: undefined };
  return within({ deadline, signal }, connection);
}

function within(bounds: Bounds, connection: Connection): FastlyApi {
  const { clock, random, transport } = connection;
  return {
    ...bounds,
    clock,
    random,
    send: (call, read) => send(call, read, bounds, connection),
    with: (narrower) => within(narrow(bounds, narrower), connection),
    serverOffset: () => connection.serverOffset,
    close: transport.close,
  };
}

async function send<T>(call: Call, read: Read<T>, bounds: Bounds, connection: Connection): Promise<T> {
  const { clock, random } = connection;
  let mayHaveHappened = false;
  for (let tries = 1; ; tries++) {
    try {
      return read(await attempt(call, bounds, connection));
    } catch (caught) {
      const error = asFastlyError(caught);
      const waitMs = waitBefore(error, retryDelay(tries, error.retryAfterMs, random), bounds.deadline);
      mayHaveHappened ||= error.mayHaveHappened;
      error.mayHaveHappened = mayHaveHappened;
      if (!call.repeatable || !isWorthRepeating(error.code) || waitMs === undefined) throw error;
      await clock.wait(waitMs, bounds.signal).catch(() => {
        throw error;
      });
    }
  }
}

async function attempt(
  call: Call,
  { deadline, signal }: Bounds,
  connection: Connection,
): Promise<JsonResponse> {
  const { transport, prefix, userAgent, clock } = connection;
  const request = requestOf(call, prefix, userAgent);
  const operation = `${call.method} ${call.path}`;
  const timeoutMs = timeForOneTry(deadline);
  if (timeoutMs === 0) throw outOfTime(operation, deadline);
  const limits = { timeoutMs, maxBytes: call.maxBytes ?? oneToken, signal };
  let response: HttpResponse;
  try {
    response = await transport.exchange(request, limits);
  } catch (error) {
    throw fromHttp(error, operation);
  }
  call.inspect?.(response);
  const serverNow = parseDate(response.headers.date);
  if (serverNow !== undefined) connection.serverOffset = serverNow - clock.now();
  if (response.failure && response.status < 400) throw fromHttp(response.failure, operation);
  return readResponse(response, call, operation, clock);
}

function narrow(bounds: Bounds, { deadline, signal }: Partial<Bounds>): Bounds {
  return {
    deadline: deadline ? earlier(bounds.deadline, deadline) : bounds.deadline,
    signal: bounds.signal && signal ? eitherSignal(bounds.signal, signal) : (bounds.signal ?? signal),
  };
}

/** What kept a response from being read is an error of the operation. */
function fromHttp(error: unknown, operation: string): unknown {
  if (!(error instanceof HttpError)) return error;
  const { code, message: reason, sent: mayHaveHappened, cause } = error;
  return new FastlyError({
    code,
    operation,
    reason,
    mayHaveHappened,
    ...(cause instanceof Error ? { cause } : {}),
  });
}

function requestOf(call: Call, prefix: string, userAgent: string): HttpRequest {
  if (call.key !== undefined && !isKey(call.key))
    throw new TypeError("a key has printable characters only, without spaces");
  return {
    method: call.method,
    path: `${prefix}${call.path}`,
    headers: {
      accept: "application/json",
      "user-agent": userAgent,
      ...(call.key === undefined ? {} : { "fastly-key": call.key }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: call.body }),
  };
}

/**
 * How long to wait before the next try. Where a server asks for a longer wait than there is time, it is asked once more
 * at the end; but Fastly's own limit of writes is not reset before its time.
 *
 * @returns undefined where there is no time for another try
 */
function waitBefore(error: FastlyError, delayMs: number, deadline: Deadline): number | undefined {
  const left = deadline.remaining();
  if (delayMs + shortestTryMs < left) return delayMs;
  const isOwnLimit = error.code === "rate-limited" && !error.mayHaveHappened;
  return !isOwnLimit && (error.retryAfterMs ?? 0) > left && left > lastTryMs ? left - lastTryMs : undefined;
}

const lastTryMs = 2_000;

/** A try that could not be completed in what is left is not begun: the reason of the last one says more. */
export const shortestTryMs = 250;
const shortestShareMs = 2_000;
const longestShareMs = 15_000;

/** A quarter of the whole time, within bounds, so that one stalled connection cannot use it all up. */
function timeForOneTry(deadline: Deadline): number {
  const share = Math.min(longestShareMs, Math.max(shortestShareMs, deadline.total / 4));
  return Math.min(share, deadline.remaining());
}

function outOfTime(operation: string, deadline: Deadline): FastlyError {
  const seconds = Number((deadline.total / 1000).toFixed(1));
  const reason = `not sent, because the ${seconds} s for it had passed`;
  return new FastlyError({ code: "timed-out", operation, reason, mayHaveHappened: false });
}

const worthRepeating: ReadonlySet<FastlyErrorCode> = new Set([
  "rate-limited",
  "server-error",
  "redirected",
  "unexpected-response",
  "malformed-response",
  "unreachable",
  "proxy-failed",
  "connection-lost",
  "timed-out",
]);

/** Refusals are final, above all refused credentials: trying those again can lock the account. */
function isWorthRepeating(code: FastlyErrorCode): boolean {
  return worthRepeating.has(code);
}
