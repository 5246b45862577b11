import { randomBytes, randomInt } from "node:crypto";

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An ID as Fastly's are: 22 alphanumerics. */
export function newId(): string {
  return Array.from({ length: 22 }, () => alphanumeric[randomInt(alphanumeric.length)]).join("");
}

/** A secret of 32 characters of `[A-Za-z0-9_-]`. */
export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}
