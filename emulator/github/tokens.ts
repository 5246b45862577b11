import { createSign, randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { IssuerPath, KeyRing } from "./issuers.ts";
import type { Claims, Job } from "./jobs.ts";
import type { SigningKey } from "./keys.ts";

const livesSeconds = 300;

/** A token as GitHub issues it to a job. */
export async function issueToken(
  job: Job,
  { signing }: KeyRing,
  issuer: string,
  audience: string,
): Promise<string> {
  const key = await importPKCS8(signing.privateKeyPem, "RS256");
  return new SignJWT(payloadOf(job, issuer, audience)).setProtectedHeader(headerOf(signing)).sign(key);
}

export function payloadOf(job: Job, issuer: string, audience: string): Claims {
  const now = Math.floor((Date.now() + job.clockOffsetMs) / 1000);
  const claims: Claims = {
    jti: randomUUID(),
    aud: audience,
    iss: issuer,
    ...job.claims,
    // GitHub's tokens are valid a little before they are issued.
    nbf: now - 10,
    iat: now,
    exp: now + livesSeconds,
    ...job.overrides,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

function headerOf({ kid, x5t }: SigningKey) {
  return { typ: "JWT", alg: "RS256", kid, x5t };
}

/** Anything, signed as it is: for what no issuer would sign. */
export type TokenToSign = {
  issuer?: IssuerPath;
  /** Merged into GitHub's own header; null takes a member out. A string is signed as it stands. */
  header?: Claims | string;
  /** A string is signed as it stands. */
  payload: Claims | string;
};

export function signAnything({ signing }: KeyRing, { header = {}, payload }: TokenToSign): string {
  const merged = typeof header === "string" ? header : JSON.stringify(without(headerOf(signing), header));
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const input = `${encode(merged)}.${encode(body)}`;
  return `${input}.${createSign("sha256").update(input).sign(signing.privateKeyPem, "base64url")}`;
}

function without(header: Claims, changes: Claims): Claims {
  return Object.fromEntries(Object.entries({ ...header, ...changes }).filter(([, value]) => value !== null));
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
