import {
  type LoadedConfiguration,
  loadConfiguration,
  type SecretSources,
} from "../../../src/broker/config/index.ts";

export const secrets: Readonly<Record<string, string>> = {
  CI_USERNAME: "ci@example.com",
  CI_PASSWORD: "correct horse battery staple",
  CI_TOTP: "JBSWY3DPEHPK3PXP",
  WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
  EMPTY: "",
  NOT_BASE32: "this is not base32!",
  SHORT_BASE32: "JBSWY3D",
  QUOTED_BASE32: '"JBSWY3DPEHPK3PXP"',
  SHORT_URI: "otpauth://totp/Fastly?secret=JBSWY3D",
  URI_WITHOUT_SECRET: "otpauth://totp/Fastly?issuer=Fastly",
  PASTED_OTP: "123 456",
  LOWER_BASE32: "jbsw y3dp ehpk 3pxp==\n",
  OTP_URI: "otpauth://totp/Fastly?secret=JBSWY3DPEHPK3PXP&issuer=Fastly",
  LINES: "two\nlines",
  REDIS_URL: "rediss://:pass@redis.example.com:6380",
  BAD_REDIS_URL: "redis://:pass@redis.example.com:6379",
};

const files: Readonly<Record<string, string>> = {
  "/run/secrets/password": "from a file\n",
  "/run/secrets/empty": "\n",
};

const sources: SecretSources = {
  env: (name) => secrets[name],
  file: async (path) => {
    const text = files[path];
    if (path === "/run/secrets/forbidden") return { kind: "unreadable", reason: "EACCES" };
    return text === undefined ? { kind: "missing" } : { kind: "text", text };
  },
};

export const good = `version: 1
audience: https://fastly-tokens.example.com
issuers:
  - issuer: https://token.actions.githubusercontent.com
    jwks_uri: https://token.actions.githubusercontent.com/.well-known/jwks
    server: https://github.com
fastly:
  api_url: https://api.fastly.com
  users:
    - id: ci
      username: { env: CI_USERNAME }
      password: { file: /run/secrets/password }
      totp_secret: { env: CI_TOTP }
webhook: { secret: { env: WEBHOOK_SECRET } }
store: memory
rules:
  - id: web-purge
    users: [ci]
    match:
      repository_owner_id: "9919"
      repository_id: "1296269"
      ref: [refs/heads/main, { glob: "refs/tags/v*" }]
      event_name: [push, workflow_dispatch]
    grant:
      scope: [purge_select]
      services: [SU1Z0isxPaozGVKXdv0eY]
      max_ttl: 10m
`;

export async function load(text: string): Promise<LoadedConfiguration> {
  return await loadConfiguration(new TextEncoder().encode(text), sources);
}
