import { createPrivateKey, KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { codeOf } from "../http/node-failures.ts";
import { unreadable } from "./config/file-fault.ts";
import { readFileStart } from "./node-secrets.ts";

/** The oldest version of TLS that is spoken. */
export const minVersion = "TLSv1.2";

/** What a server shows of itself, in PEM. */
export interface ServerCertificate {
  cert: string;
  key: string;
}

export interface CertificateFiles {
  cert: string;
  key: string;
}

export type ReadCertificate =
  /** `warnings` are lines about what keeps clients from trusting it. */
  { kind: "valid"; certificate: ServerCertificate; warnings: string[] } | { kind: "refused"; text: string };

/** Reads a certificate and its private key, and proves that a server can show them. */
export async function readServerCertificate(
  { cert: certFile, key: keyFile }: CertificateFiles,
  now: number,
): Promise<ReadCertificate> {
  const cert = await readPem(certFile, "--tls-cert");
  if (typeof cert !== "string") return cert;
  const key = await readPem(keyFile, "--tls-key");
  if (typeof key !== "string") return key;
  const leaf = readCertificate(cert, certFile);
  if (!(leaf instanceof X509Certificate)) return leaf;
  const privateKey = readKey(key, keyFile);
  if (!(privateKey instanceof KeyObject)) return privateKey;
  if (!leaf.checkPrivateKey(privateKey))
    return refused(
      `The key in ${keyFile} does not belong to the first certificate in ${certFile}. Name the key of that certificate; in a chain, the server's own certificate comes first.`,
    );
  try {
    createSecureContext({ cert, key, minVersion });
  } catch (error) {
    return refused(
      `${certFile} and ${keyFile} cannot be used for TLS (${codeOf(error as Error)}). Check each certificate of the chain; keys need at least 2048 bits with RSA, or 256 with ECDSA.`,
    );
  }
  return { kind: "valid", certificate: { cert, key }, warnings: doubtsOf(leaf, certFile, now) };
}

async function readPem(file: string, option: string): Promise<string | Refused> {
  const bytes = await readFileStart(file).catch((error: Error) => error);
  if (bytes instanceof Error) return refused(`${option}: ${unreadable(file, codeOf(bytes))}`);
  const text = Buffer.from(bytes).toString("latin1");
  return text.trim() === "" ? refused(`${option}: ${file} is empty. Write PEM into it.`) : text;
}

function readCertificate(text: string, file: string): X509Certificate | Refused {
  if (!/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text))
    return refused(
      text.includes("PRIVATE KEY-----")
        ? `--tls-cert: ${file} contains a private key and no certificate. Name the certificate's file.`
        : `--tls-cert: ${file} does not contain a certificate in PEM format, which begins with -----BEGIN CERTIFICATE-----.`,
    );
  try {
    return new X509Certificate(text);
  } catch (error) {
    return refused(
      `--tls-cert: the certificate in ${file} is malformed (${codeOf(error as Error)}). Copy the file again.`,
    );
  }
}

function readKey(text: string, file: string): KeyObject | Refused {
  if (!text.includes("PRIVATE KEY-----"))
    return refused(
      `--tls-key: ${file} does not contain a private key in PEM format, which begins with -----BEGIN PRIVATE KEY-----.`,
    );
  if (/^(?:-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED)/m.test(text))
    return refused(
      `--tls-key: the key in ${file} has a passphrase. Write it without one: openssl pkey -in FILE -out NEW-FILE.`,
    );
  try {
    return createPrivateKey(text);
  } catch (error) {
    return refused(
      `--tls-key: the private key in ${file} is malformed (${codeOf(error as Error)}). Copy the file again.`,
    );
  }
}

/** No client trusts such a certificate; the broker starts all the same, since its clock may be wrong. */
function doubtsOf({ validFromDate, validToDate }: X509Certificate, file: string, now: number): string[] {
  if (validToDate.getTime() <= now)
    return [
      `warning: the certificate in ${file} expired at ${validToDate.toISOString()}. Clients reject it: renew it and send the broker SIGHUP.`,
    ];
  return validFromDate.getTime() > now
    ? [
        `warning: the certificate in ${file} is not valid before ${validFromDate.toISOString()}. Clients reject it until then; check this machine's clock.`,
      ]
    : [];
}

type Refused = Extract<ReadCertificate, { kind: "refused" }>;

function refused(text: string): Refused {
  return { kind: "refused", text };
}
