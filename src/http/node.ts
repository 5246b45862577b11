import type { Dispatcher } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import { HttpError } from "./error.ts";
import { type Connector, openConnector } from "./node-connector.ts";
import { codeOf } from "./node-failures.ts";
import {
  BodyBytes,
  connectionLost,
  type Head,
  headersOf,
  interrupted,
  responseOf,
  tooLarge,
  tooLate,
  undecodable,
} from "./response.ts";
import type { Headers } from "./retry-delay.ts";
import type { ExchangeLimits, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** undici's client for one host, over sockets of our own. */
interface Link {
  client: Dispatcher;
  connector: Connector;
}

/**
 * Opens a transport over undici's `Client`.
 *
 * @param origin scheme, host and port, such as `https://api.fastly.com`
 * @param proxy the URL of a proxy that tunnels to it, where there is one
 */
export function openTransport(origin: string, proxy?: string): Transport {
  let link: Link | undefined;

  function open(): Link {
    const connector = openConnector(origin, proxy);
    const options = { connect: connector.connect, headersTimeout: 0, bodyTimeout: 0, allowH2: false };
    return { connector, client: new Client(origin, options) };
  }

  async function drop(): Promise<void> {
    const dropped = link;
    link = undefined;
    // undici leaves alone what it is still connecting.
    dropped?.connector.destroy();
    await dropped?.client.destroy();
  }

  return {
    close: drop,
    connect: () => {
      link ??= open();
      link.connector.dialNow();
    },
    exchange: async (request, limits) => {
      try {
        link ??= open();
        const received = await receive(link, request, { ...limits, origin });
        const { head, body, failure } = received;
        const encoding = head.headers["content-encoding"];
        const response =
          encoding === undefined
            ? responseOf(head, body, failure)
            : await decoded(received, encoding, limits);
        if (!response.complete) await drop();
        return response;
      } catch (error) {
        // What is left of a failed exchange must not answer the next one.
        await drop();
        throw error;
      }
    },
  };
}

type Received = { head: Head; body: Uint8Array; failure?: HttpError };

async function decoded(
  { head, body, failure }: Received,
  encoding: string,
  limits: ExchangeLimits,
): Promise<HttpResponse> {
  const { decode } = await import("./node-decode.ts");
  const plain = await decode(body, encoding, limits.maxBytes);
  if (plain.end === "too-large") return responseOf(head, plain.body, tooLarge(limits));
  return responseOf(head, plain.body, failure ?? (plain.end === "broken" ? undecodable() : undefined));
}

/** Sends a request and collects the response as it comes. Rejects only where no head was read. */
function receive(
  { client, connector }: Link,
  request: HttpRequest,
  limits: ExchangeLimits & { origin: string },
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let sent = false;
    let head: Head | undefined;
    const body = new BodyBytes(limits.maxBytes);

    const timer = setTimeout(
      () => end(sent ? tooLate(limits) : connector.lateness(limits.timeoutMs)),
      limits.timeoutMs,
    );
    const onAbort = () => end(interrupted(sent));
    limits.signal?.addEventListener("abort", onAbort, { once: true });

    function end(failure?: HttpError): void {
      clearTimeout(timer);
      limits.signal?.removeEventListener("abort", onAbort);
      if (head) resolve({ head, body: body.all(), ...(failure ? { failure } : {}) });
      else reject(failure ?? connectionLost("no head"));
    }

    if (limits.signal?.aborted) return onAbort();
    connector.expect(limits.timeoutMs);
    client.dispatch(
      { ...request, headers: headersOf(request), origin: limits.origin, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: () => {
          sent = true;
        },
        onResponseStart: (_controller, status, headers) => {
          head = { status, headers: firstValues(headers) };
        },
        onResponseData: (_controller, chunk) => {
          if (!body.add(chunk)) end(tooLarge(limits));
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) =>
          end(error instanceof HttpError ? error : connectionLost(codeOf(error))),
      },
    );
  });
}

/** undici's names are in lower case. */
function firstValues(headers: Record<string, string | string[] | undefined>): Headers {
  const first: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    first[name] = Array.isArray(value) ? value[0] : value;
  }
  return first;
}
