import { openTransport } from "../http/node.ts";
import type { Transport } from "../http/transport.ts";

/** How this step reaches a host: over undici, through the proxy that the environment names for it. */
export function transportThrough(proxy: string | undefined): (origin: string) => Transport {
  return (origin) => openTransport(origin, proxy);
}
