import { randomUUID } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer, Server as HttpsServer } from "node:https";
import { type AddressInfo, isIP } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createSignal } from "../http/create-signal.ts";
import type { Signal } from "../http/signal.ts";
import { minVersion, type ServerCertificate } from "./node-certificate.ts";
import { answerMalformed } from "./node-malformed.ts";
import { malformed, refusalResponse } from "./service/refusal.ts";
import { pathOf } from "./service/routes.ts";

export interface ServerOptions {
  host: string;
  port: number;
  /** Whether the last address of X-Forwarded-For is who sent a request: behind a proxy that writes it. */
  trustsProxy: boolean;
  tls: ServerCertificate | undefined;
  handle: (request: Request, ip: string, signal: Signal) => Promise<Response>;
}

export interface RunningServer {
  url: string;
  /** Shows another certificate from the next connection on. */
  renew(certificate: ServerCertificate): void;
  /** Takes no new connection, and resolves once each request has its response. */
  close(): Promise<void>;
}

/** A request that comes slowly is not waited for. */
const headersMs = 10_000;
const requestMs = 20_000;
const keepAliveMs = 30_000;
const mostConnections = 10_000;
const idleCheckMs = 20;

const { refusal: withoutUrl } = malformed("The request does not have a valid host or path.");

export async function serve(options: ServerOptions): Promise<RunningServer> {
  const { host, port, trustsProxy, tls, handle } = options;
  const listener = getRequestListener(
    (request, { incoming, outgoing }) => {
      if (!isPathAsSent(request.url, incoming.url)) return refusalResponse(withoutUrl, randomUUID());
      const peer = incoming.socket.remoteAddress ?? "unknown";
      return handle(request, trustsProxy ? forwardedFor(request, peer) : peer, departureOf(outgoing));
    },
    // Only of a request that has no URL: `handle` responds to whatever it meets.
    { errorHandler: () => refusalResponse(withoutUrl, randomUUID()) },
  );
  const limits = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    // It gets the response that any malformed request gets.
    requireHostHeader: false,
  };
  const server = tls
    ? createHttpsServer({ ...limits, ...tls, minVersion }, listener)
    : createHttpServer(limits, listener);
  server.maxConnections = mostConnections;
  server.prependListener("request", nameHost);
  answerMalformed(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `${tls ? "https" : "http"}://${name}:${address.port}`,
    renew: (certificate) => {
      if (server instanceof HttpsServer) server.setSecureContext({ ...certificate, minVersion });
    },
    close: () =>
      new Promise((resolve) => {
        // A connection that is busy now will be idle, and kept, once the response has left.
        const closing = setInterval(() => server.closeIdleConnections(), idleCheckMs);
        server.close(() => {
          clearInterval(closing);
          resolve();
        });
      }),
  };
}

/** In HTTP/1.0, which health checks of some proxies use, a request needs no host. */
function nameHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === "1.0") headers.host ??= "localhost";
}

/** A proxy that keeps clients from /metrics may not resolve /x/../metrics, so it is not resolved here either. */
function isPathAsSent(url: string, sent = ""): boolean {
  return pathOf(url) === pathOf(sent.startsWith("/") ? `http://host${sent}` : sent);
}

/** Aborts where the sender is gone before it has its response. */
function departureOf(outgoing: {
  once(event: "close", listener: () => void): unknown;
  writableFinished: boolean;
}): Signal {
  const departure = createSignal();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) departure.abort();
  });
  return departure.signal;
}

/** The proxy appends the address that it sees; what stands before that, anybody may have written. */
function forwardedFor(request: Request, peer: string): string {
  const last = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  // Some proxies append the port as well, and IPv6 addresses are then in brackets.
  const [, ipv6, ipv4] = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(last) ?? [];
  const address = ipv6 ?? ipv4 ?? last;
  return isIP(address) === 0 ? peer : address;
}
