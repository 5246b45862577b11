import { SimpleCache } from "fastly:cache";
import type { KeyShelf, ShelvedKeys } from "../identity/index.ts";

/** How long keys are used while their issuer cannot be reached. */
const keptSeconds = 24 * 3600;

/** Keeps issuers' keys in the cache of the place where the request is served. */
export const cachedKeys: KeyShelf = {
  load: async (jwksUri) => {
    try {
      const entry = SimpleCache.get(nameOf(jwksUri));
      return entry ? ((await entry.json()) as ShelvedKeys) : undefined;
    } catch {
      // Without a cache the issuer is asked.
      return undefined;
    }
  },
  save: (jwksUri, keys) => {
    try {
      SimpleCache.set(nameOf(jwksUri), JSON.stringify(keys), keptSeconds);
    } catch {
      // The next request asks the issuer.
    }
  },
};

function nameOf(jwksUri: string): string {
  return `issuer-keys ${jwksUri}`;
}
