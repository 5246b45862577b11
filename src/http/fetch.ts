import { HttpError } from "./error.ts";
import {
  BodyBytes,
  connectionLost,
  type Head,
  headersOf,
  interrupted,
  responseOf,
  tooLarge,
  tooLate,
} from "./response.ts";
import type { Signal, SignalController } from "./signal.ts";
import type { ExchangeLimits, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** As much of `fetch` as is used: any runtime's own, or one that a caller wraps around it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Opens a transport over a runtime's `fetch`, which keeps the connections, skips interim responses and decodes. It
 * joins the values of a repeated header.
 *
 * @param origin scheme, host and port, such as `https://api.fastly.com`
 */
export function openFetchTransport(origin: string, fetch: Fetch = globalThis.fetch): Transport {
  const running = new Set<() => void>();
  return {
    close: async () => {
      for (const stop of running) stop();
    },
    exchange: async (request, limits) => {
      const bound = boundBy(limits);
      running.add(bound.stop);
      try {
        return await exchangeWith(fetch, origin, request, limits, bound);
      } finally {
        running.delete(bound.stop);
        bound.stop();
      }
    },
  };
}

/** What ends an exchange before its response does. */
interface Bound {
  /** Handed to `fetch`, where the runtime has an AbortController: without one, `fetch` is left to itself. */
  signal: Signal | undefined;
  /** Resolves as soon as the exchange has to end. */
  over: Promise<"late" | "aborted">;
  stop(): void;
}

function boundBy({ timeoutMs, signal }: ExchangeLimits): Bound {
  const { AbortController: Controller } = globalThis as { AbortController?: new () => SignalController };
  const controller = Controller && new Controller();
  let end: (why: "late" | "aborted") => void = () => {};
  const over = new Promise<"late" | "aborted">((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(() => end("late"), timeoutMs);
  const onAbort = () => end("aborted");
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller?.signal,
    over,
    stop: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      end("aborted");
      controller?.abort();
    },
  };
}

async function exchangeWith(
  fetch: Fetch,
  origin: string,
  request: HttpRequest,
  limits: ExchangeLimits,
  { signal, over }: Bound,
): Promise<HttpResponse> {
  if (limits.signal?.aborted) throw interrupted(false);
  const { method, path, body } = request;
  const init = {
    method,
    headers: headersOf(request),
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
  };
  const asked = fetch(`${origin}${path}`, init as RequestInit);
  const first = await Promise.race([asked.then(received, lost), over.then((why) => endedBy(why, limits))]);
  if (first instanceof HttpError) throw first;
  const collected = new BodyBytes(limits.maxBytes);
  const failure = await readBody(first.response, collected, limits, over);
  return responseOf(first.head, collected.all(), failure);
}

function received(response: Response): { head: Head; response: Response } {
  // A browser hides where a redirect leads, and its status.
  const isHidden = "type" in response && response.type === "opaqueredirect";
  const status = isHidden ? 302 : response.status;
  return { head: { status, headers: Object.fromEntries(response.headers) }, response };
}

/** @returns what kept the rest of the body back, if anything did */
async function readBody(
  { body }: Response,
  collected: BodyBytes,
  limits: ExchangeLimits,
  over: Bound["over"],
): Promise<HttpError | undefined> {
  const reader = body?.getReader();
  if (!reader) return undefined;
  const ended = over.then((why) => endedBy(why, limits));
  for (;;) {
    const next = await Promise.race([reader.read().catch(lostAfterHead), ended]);
    if (next instanceof HttpError) return leave(reader, next);
    if (next.done) return undefined;
    if (!collected.add(next.value)) return leave(reader, tooLarge(limits));
  }
}

function leave(reader: ReadableStreamDefaultReader, why: HttpError): HttpError {
  // The connection is given up; how that ends is nobody's concern.
  reader.cancel().catch(() => {});
  return why;
}

function endedBy(why: "late" | "aborted", limits: ExchangeLimits): HttpError {
  // fetch does not say whether the request was sent: it may have been.
  return why === "late" ? tooLate(limits) : interrupted(true);
}

function lostAfterHead(error: unknown): HttpError {
  return connectionLost(codeOf(error));
}

/** Codes of errors that occur before anything is sent, where a runtime provides them. */
const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
/** OpenSSL's reasons to reject a certificate, as Node names them; all of them occur during the handshake. */
const certificate =
  /^(?:CERT_\w+|ERR_TLS_CERT\w+|ERR_SSL_(?:CA|EE)_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|UNSPECIFIED)$/;

function lost(error: unknown): HttpError {
  const code = codeOf(error);
  const cause = new Error(code);
  if (neverSent.test(code)) {
    return new HttpError({ code: "unreachable", reason: `no connection (${code})`, sent: false, cause });
  }
  if (certificate.test(code)) {
    const reason = `the server's certificate could not be verified (${code})`;
    return new HttpError({ code: "untrusted-certificate", reason, sent: false, cause });
  }
  return connectionLost(code);
}

/** What a runtime calls an error: its code or its cause's, never a message, which may hold bytes of the response. */
function codeOf(error: unknown): string {
  const { code, name, cause, errors } = (error ?? {}) as {
    code?: unknown;
    name?: unknown;
    cause?: unknown;
    errors?: unknown;
  };
  if (typeof code === "string" && /^\w+$/.test(code)) return code;
  const inner = Array.isArray(errors) ? errors[0] : cause;
  if (inner !== undefined) return codeOf(inner);
  return typeof name === "string" && /^\w+$/.test(name) ? name : "unknown";
}
