/** What the service's resources are called, in fastly.toml and here. */
export const resources = {
  kvStore: "token-broker",
  secretStore: "token-broker-secrets",
  auditLog: "audit",
  addressLimit: "token-broker-addresses",
} as const;
