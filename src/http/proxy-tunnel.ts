import type { Dispatcher } from "undici";
import connect from "undici/lib/api/api-connect.js";
import Client from "undici/lib/dispatcher/client.js";
import ProxyAgent from "undici/lib/dispatcher/proxy-agent.js";

/*
 * Loaded only where there is a proxy. The tunnel is end to end: the proxy sees the host's name and nothing
 * of what is sent.
 */

export interface TlsOptions {
  /** For connecting, in milliseconds. */
  timeout: number;
  rejectUnauthorized: boolean;
}

/** @param proxy the proxy's URL, which may hold a user name and a password */
export function openTunnel(proxy: string, tls: TlsOptions): Dispatcher {
  return new ProxyAgent({
    uri: proxy,
    proxyTls: tls,
    requestTls: tls,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connections: 1,
    // undici's index gives every dispatcher this method; without the index, the one that needs it gets it here.
    clientFactory: (origin, options) => Object.assign(new Client(origin, options), { connect }),
  });
}
