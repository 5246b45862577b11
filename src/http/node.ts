import type { Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import { HttpError, type HttpErrorCode } from "./error.ts";
import type { Headers } from "./retry-delay.ts";
import type { ExchangeLimits, HttpAnswer, HttpRequest, Transport } from "./transport.ts";

/** Certificates are checked even where NODE_TLS_REJECT_UNAUTHORIZED, which any step may have set, says not to. */
const tls = { timeout: 10_000, rejectUnauthorized: true };

/**
 * @param origin scheme, host and port, such as `https://api.fastly.com`
 * @param proxy the URL of a proxy that tunnels to it, where there is one
 */
export function openTransport(origin: string, proxy?: string): Transport {
  let dispatcher: Dispatcher | undefined;

  async function open(): Promise<Dispatcher> {
    dispatcher ??= proxy === undefined ? openClient(origin) : await openThrough(proxy);
    return dispatcher;
  }

  async function drop(): Promise<void> {
    const dropped = dispatcher;
    dispatcher = undefined;
    await dropped?.destroy();
  }

  return {
    close: drop,
    exchange: async (request, limits) => {
      try {
        const answer = await exchangeOver(await open(), request, { ...limits, origin, proxy });
        if (!answer.complete) await drop();
        return answer;
      } catch (error) {
        // What is left of a failed exchange must not answer the next one.
        await drop();
        throw error;
      }
    },
  };
}

function openClient(origin: string): Dispatcher {
  return new Client(origin, {
    connect: tls,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
}

async function openThrough(proxy: string): Promise<Dispatcher> {
  const { openTunnel } = await import("./proxy-tunnel.ts");
  return openTunnel(proxy, tls);
}

type Head = Omit<HttpAnswer, "body" | "complete">;

interface Route {
  origin: string;
  proxy: string | undefined;
}

function exchangeOver(
  dispatcher: Dispatcher,
  request: HttpRequest,
  limits: ExchangeLimits & Route,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let sent = false;
    let head: Head | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;

    const timer = setTimeout(() => fail(lateness(sent, limits)), limits.timeoutMs);
    const onAbort = () => fail(failure("aborted", "was interrupted", sent));
    limits.signal?.addEventListener("abort", onAbort, { once: true });

    function settle(): void {
      clearTimeout(timer);
      limits.signal?.removeEventListener("abort", onAbort);
    }
    function finish(answer: Head, complete: boolean): void {
      settle();
      resolve({ ...answer, body: Buffer.concat(chunks).toString("utf8"), complete });
    }
    function fail(error: HttpError): void {
      settle();
      // A refusal is a refusal even when the rest of its body is lost: a retry could lock the account.
      if (head && head.status >= 400) finish(head, false);
      else reject(error);
    }

    if (limits.signal?.aborted) {
      onAbort();
      return;
    }
    dispatcher.dispatch(
      { ...request, origin: limits.origin, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: () => {
          sent = true;
        },
        onResponseStart: (_controller, status, headers) => {
          if (status >= 200) head = { status, headers: firstValues(headers) };
        },
        onResponseData: (_controller, chunk) => {
          bytes += chunk.length;
          if (bytes <= limits.maxBytes) chunks.push(chunk);
          else fail(failure("answer-too-large", `answered more than ${limits.maxBytes} bytes`, true));
        },
        onResponseEnd: () => {
          if (head) finish(head, true);
        },
        onResponseError: (_controller, error) => fail(lostOnTheWay(error, sent, limits)),
      },
    );
  });
}

function failure(code: HttpErrorCode, reason: string, sent: boolean, cause?: Error): HttpError {
  return new HttpError({ code, reason, sent, ...(cause ? { cause } : {}) });
}

function lateness(sent: boolean, limits: ExchangeLimits & Route): HttpError {
  const seconds = `${Number((limits.timeoutMs / 1000).toFixed(1))} s`;
  if (!sent) return unconnected(`within ${seconds}`, limits);
  return failure("timed-out", `no whole answer within ${seconds}`, true);
}

/** Turns an error of the network into one of ours; whether the request had left decides what is known. */
function lostOnTheWay(error: Error, sent: boolean, route: Route): HttpError {
  const code = systemCode(error);
  // An error of the HTTP parser carries the bytes it choked on, which may hold a token: keep its code alone.
  const cause = new Error(code);
  if (sent)
    return failure("connection-lost", `the connection broke before a whole answer (${code})`, true, cause);
  if (isCertificateError(code)) {
    return failure("untrusted-certificate", certificateReason(code, route), false, cause);
  }
  const status = refusedTunnel(error);
  if (status === undefined) return unconnected(`(${code})`, route, cause);
  const reason = `no connection, because the proxy answered HTTP ${status}`;
  return failure(status < 500 ? "proxy-refused" : "proxy-failed", reason, false, cause);
}

function unconnected(why: string, { proxy }: Route, cause?: Error): HttpError {
  if (proxy === undefined) return failure("unreachable", `no connection ${why}`, false, cause);
  return failure("proxy-failed", `no connection through the proxy ${why}`, false, cause);
}

/** What a proxy answered instead of opening a tunnel: undici tells it in an error's message alone. */
function refusedTunnel(error: Error): number | undefined {
  const [, status] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? [];
  return status === undefined ? undefined : Number(status);
}

function certificateReason(code: string, { proxy }: Route): string {
  const whose = proxy?.startsWith("https:")
    ? "the proxy's or the server's certificate"
    : "the server's certificate";
  return `${whose} ${certificateFaults[code] ?? "comes from no authority that this machine knows"} (${code})`;
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "is another host's",
  UND_ERR_PRX_TLS: "is another host's",
};

function systemCode(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^\w+$/.test(code)) return code;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? systemCode(first) : error.name;
}

const certificateErrors = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  // undici's own, for a proxy's.
  "UND_ERR_PRX_TLS",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function isCertificateError(code: string): boolean {
  return certificateErrors.has(code) || code.startsWith("CERT_") || code.startsWith("ERR_TLS_CERT");
}

function firstValues(headers: Record<string, string | string[] | undefined>): Headers {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value[0] : value,
  ]);
  return Object.fromEntries(entries);
}
