import type { CryptoKey } from "jose";

/** Keys that may have signed a token, by their `kid`. */
export type KeySet = ReadonlyMap<string, CryptoKey>;

const leastBits = 2048;
const rs256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/**
 * Reads a JSON Web Key Set (RFC 7517). Keys that cannot verify RS256, or are too weak for it, count as absent, as do
 * all those that share a `kid`.
 *
 * @returns undefined for anything but a key set that contains a usable key
 */
export async function readKeySet(json: string): Promise<KeySet | undefined> {
  const imported = await Promise.all(keysOf(json).map(importKey));
  const keys = new Map<string, CryptoKey>();
  const repeated = new Set<string>();
  for (const entry of imported) {
    if (!entry) continue;
    if (keys.has(entry.kid)) repeated.add(entry.kid);
    keys.set(entry.kid, entry.key);
  }
  for (const kid of repeated) keys.delete(kid);
  return keys.size > 0 ? keys : undefined;
}

type Jwk = Readonly<Record<string, unknown>>;

function keysOf(json: string): Jwk[] {
  let set: unknown;
  try {
    set = JSON.parse(json);
  } catch {
    return [];
  }
  const keys: unknown = (set as { keys?: unknown } | null)?.keys;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "object" && key !== null) : [];
}

async function importKey(jwk: Jwk): Promise<{ kid: string; key: CryptoKey } | undefined> {
  const { kid, n, e } = jwk;
  if (!mayVerify(jwk) || typeof kid !== "string" || typeof n !== "string" || typeof e !== "string") {
    return undefined;
  }
  try {
    // No other member is handed on: none could make a private key of it, or a key for something else.
    const key = await crypto.subtle.importKey("jwk", { kty: "RSA", n, e }, rs256, true, ["verify"]);
    return modulusLength(key) < leastBits ? undefined : { kid, key };
  } catch {
    return undefined;
  }
}

function mayVerify({ kty, use, alg, key_ops: operations }: Jwk): boolean {
  return (
    kty === "RSA" &&
    (use === undefined || use === "sig") &&
    (alg === undefined || alg === "RS256") &&
    (operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
  );
}

function modulusLength({ algorithm }: CryptoKey): number {
  return "modulusLength" in algorithm ? Number(algorithm.modulusLength) : 0;
}
