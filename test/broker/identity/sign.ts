import { createSign, type KeyObject } from "node:crypto";

/** A JWT of any header and payload, signed with RSA. */
export function signWith(key: KeyObject, header: object, payload: object, digest = "sha256"): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createSign(digest).update(input).sign(key, "base64url")}`;
}

/** In base64url: text and bytes as they are, anything else as JSON. */
export function encode(value: string | Uint8Array | object): string {
  if (typeof value === "string" || value instanceof Uint8Array)
    return Buffer.from(value).toString("base64url");
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
