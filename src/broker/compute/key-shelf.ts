import { SimpleCache } from "fastly:cache";
import type { KeyShelf, ShelvedKeys } from "../identity/index.ts";

/** As long as keys serve while their issuer is out of reach. */
const keptSeconds = 24 * 3600;

/** Keeps issuers' keys in the cache of the place where the request is served. */
export const cachedKeys: KeyShelf = {
  load: async (jwksUri) => {
    const entry = SimpleCache.get(nameOf(jwksUri));
    return entry ? ((await entry.json()) as ShelvedKeys) : undefined;
  },
  save: (jwksUri, keys) => {
    SimpleCache.set(nameOf(jwksUri), JSON.stringify(keys), keptSeconds);
  },
};

function nameOf(jwksUri: string): string {
  return `issuer-keys ${jwksUri}`;
}
