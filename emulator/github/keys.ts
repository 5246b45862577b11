import { randomBytes, randomUUID } from "node:crypto";
import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from "jose";

/** A key of an issuer. The private half is shown by the control API, so that tests can sign what no issuer would. */
export type SigningKey = {
  readonly kid: string;
  /** A thumbprint as GitHub states one in the header and in the key set; nothing is computed from a certificate. */
  readonly x5t: string;
  readonly publicJwk: JWK;
  readonly privateKeyPem: string;
};

export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", {
    modulusLength: 2048,
    extractable: true,
  });
  const kid = randomUUID();
  const x5t = randomBytes(20).toString("base64url");
  const { kty, n, e } = await exportJWK(publicKey);
  return {
    kid,
    x5t,
    publicJwk: { kty, alg: "RS256", use: "sig", kid, n, e, x5t } as JWK,
    privateKeyPem: await exportPKCS8(privateKey),
  };
}
