import { KeyObject, verify, type webcrypto } from "node:crypto";
import type { IsSignedBy } from "./identity/index.ts";

/**
 * Verifies RS256 at once, by the same OpenSSL as WebCrypto, which takes each signature through the thread pool: that
 * costs several times what the signature does.
 */
export const isSignedByAtOnce: IsSignedBy = (key, token) => {
  const end = token.lastIndexOf(".");
  const signed = Buffer.from(token.slice(0, end), "latin1");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return verify("sha256", signed, keyObjectOf(key), signature);
};

const keyObjects = new WeakMap<object, KeyObject>();

function keyObjectOf(key: Parameters<IsSignedBy>[0]): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const keyObject = KeyObject.from(key as webcrypto.CryptoKey);
  keyObjects.set(key, keyObject);
  return keyObject;
}
