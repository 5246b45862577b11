import { parse } from "smol-toml";
import { backendOf } from "../../src/broker/compute/backend-name.ts";
import { resources } from "../../src/broker/compute/resources.ts";
import type { ConfigurationFile, SecretReference } from "../../src/broker/config/schema.ts";

/** What of a valid policy Fastly Compute cannot serve. */
export function notForCompute(file: ConfigurationFile): string[] {
  const inFiles = secretsOf(file).filter(({ env }) => env === undefined);
  const { store = "memory" } = file;
  return [
    ...inFiles.map(
      ({ file }) =>
        `{ file: ${JSON.stringify(file)} }: on Compute a secret is an entry of the Secret Store. Write { env: NAME }.`,
    ),
    ...(store === "memory" ? [] : ["store: on Compute the KV Store is used. Remove this line."]),
  ];
}

/** What a policy needs of the service, and the manifest does not declare. */
export function missingFromManifest(file: ConfigurationFile, manifest: string): string[] {
  const { setup } = parse(manifest) as Manifest;
  const origins = [
    file.fastly.api_url ?? "https://api.fastly.com",
    ...file.issuers.map(({ jwks_uri: uri }) => uri),
  ].map((url) => new URL(url));
  const names = new Set(secretsOf(file).flatMap(({ env }) => env ?? []));
  const entries = setup?.secret_stores?.[resources.secretStore]?.entries ?? {};
  return [
    ...new Set([
      ...origins.filter(({ origin }) => !(backendOf(origin) in (setup?.backends ?? {}))).map(backendLines),
      ...[...names]
        .filter((name) => !(name in entries))
        .map((name) => `add [setup.secret_stores.${resources.secretStore}.entries.${name}]`),
    ]),
  ];
}

interface Manifest {
  setup?: {
    backends?: Record<string, unknown>;
    secret_stores?: Record<string, { entries?: Record<string, unknown> }>;
  };
}

function backendLines({ origin, hostname, port, protocol }: URL): string {
  const number = port || (protocol === "https:" ? "443" : "80");
  return `add [setup.backends.${backendOf(origin)}] with address = "${hostname}" and port = ${number}`;
}

function secretsOf({ fastly, webhook }: ConfigurationFile): SecretReference[] {
  const references = [
    ...fastly.users.flatMap((user) => [user.username, user.password, user.totp_secret]),
    webhook?.secret,
  ];
  return references.filter((reference) => reference !== undefined);
}
