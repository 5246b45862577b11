import { CacheOverride } from "fastly:cache-override";
import { type Fetch, openFetchTransport } from "../../http/fetch.ts";
import type { Transport } from "../../http/transport.ts";
import { backendOf } from "./backend-name.ts";

/** Opens a way to an origin through the backend that fastly.toml declares for it. */
export function openBackend(origin: string): Transport {
  const throughBackend: Fetch = (url, init) => {
    const asked = { ...init, backend: backendOf(origin), cacheOverride: uncached() };
    return fetch(url, asked);
  };
  return openFetchTransport(origin, throughBackend);
}

/** A list of tokens, or an issuer's keys, are read anew: a cache knows nothing of the key that asks. */
function uncached(): CacheOverride {
  return new CacheOverride("pass");
}
