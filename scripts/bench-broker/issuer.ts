/* GitHub in scripts/bench-broker.ts: its key, and forms with JWTs that it signed. */
import { generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const audience = "https://fastly-tokens.example.com";
export const publicPem = publicKey.export({ format: "pem", type: "spki" });

export interface Issuer {
  url: string;
  /** Forms for `/v1/token`, each with a fresh JWT of its own, which expires after so many seconds. */
  forms(count: number, lifetimeSeconds: number): string[];
  close(): void;
}

export async function startIssuer(): Promise<Issuer> {
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    forms: (count, seconds) => Array.from({ length: count }, () => formOf(newJwt(url, seconds))),
    close: () => server.close(),
  };
}

/** As the action sends it. */
function formOf(jwt: string): string {
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: jwt,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    rule: "web-purge",
    nonce: randomBytes(10).toString("hex"),
    job: "deploy",
  }).toString();
}

function newJwt(issuer: string, lifetimeSeconds: number): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg: "RS256", typ: "JWT", kid: "one" })}.${encode({
    jti: randomUUID(),
    iss: issuer,
    aud: audience,
    sub: "repo:octo-org/shop:ref:refs/heads/main",
    repository: "octo-org/shop",
    repository_id: "1296269",
    repository_owner_id: "9919",
    ref: "refs/heads/main",
    event_name: "push",
    workflow_ref: "octo-org/shop/.github/workflows/deploy.yml@refs/heads/main",
    run_id: "16000000001",
    run_attempt: "1",
    check_run_id: "45000000001",
    sha: "0123456789012345678901234567890123456789",
    iat: issuedAt,
    nbf: issuedAt - 10,
    exp: issuedAt + lifetimeSeconds,
  })}`;
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}
