import type { Scope } from "../../fastly/index.ts";
import { parseDuration } from "../../text/duration.ts";
import { otpSourceFrom } from "../../token/otp.ts";
import type { Matcher, Rule } from "../policy/index.ts";
import type { Configuration, ConfiguredUser } from "./configuration.ts";
import type { ConfigurationFile, RuleInFile, UserInFile } from "./schema.ts";

/** The parts of a configuration that contain no secret. */
export type Policy = Omit<Configuration, "users" | "webhookSecret" | "store">;

/** Compiles a file that was checked. */
export function compilePolicy(file: ConfigurationFile, hash: string): Policy {
  const rules = file.rules.map((rule) => compileRule(rule, file.issuers));
  return {
    hash,
    audience: file.audience,
    issuers: file.issuers.map(({ issuer, jwks_uri: jwksUri, server }) => ({
      issuer,
      jwksUri,
      server: new URL(server).origin,
    })),
    apiUrl: (file.fastly.api_url ?? "https://api.fastly.com").replace(/\/+$/, ""),
    rules: new Map(rules.map((rule) => [rule.id, rule])),
  };
}

/** The keys of a user's entry that refer to secrets. */
export type UserSecret = "username" | "password" | "totp_secret";

/** @param textOf a secret's text; empty for one that the file does not refer to */
export async function compileUser(
  { id, max_live_tokens: maxLiveTokens = 100 }: UserInFile,
  textOf: (secret: UserSecret) => string,
): Promise<ConfiguredUser> {
  const totpSecret = textOf("totp_secret");
  return {
    id,
    username: textOf("username"),
    password: textOf("password"),
    totpSecret,
    otpSource: totpSecret === "" ? { kind: "none" } : await otpSourceFrom(totpSecret),
    maxLiveTokens,
  };
}

function compileRule({ id, users, match, grant }: RuleInFile, issuers: ConfigurationFile["issuers"]): Rule {
  // The schema's catchall hides from the compiler what it admits.
  const claims = Object.entries(match as Record<string, MatchValue | undefined>);
  return {
    id,
    users,
    match: new Map(claims.flatMap(([claim, value]) => (value ? [[claim, matchersOf(value)]] : []))),
    issuers: match.iss === undefined ? undefined : issuersOfServers([match.iss].flat(), issuers),
    ownerIds: new Set([match.repository_owner_id].flat()),
    repositoryIds: new Set([match.repository_id].flat()),
    grant: {
      scopes: grant.scope as Scope[],
      services: grant.services,
      maxTtlMs: parseDuration(grant.max_ttl) ?? 0,
    },
    quotas: { maxLive: grant.max_live, perHour: grant.per_hour },
  };
}

/** The issuers of the servers that these issuers belong to, such as an enterprise's own and github.com's. */
function issuersOfServers(
  named: readonly unknown[],
  issuers: ConfigurationFile["issuers"],
): ReadonlySet<string> {
  const originOf = (server: string) => new URL(server).origin;
  const servers = issuers
    .filter(({ issuer }) => named.includes(issuer))
    .map(({ server }) => originOf(server));
  return new Set(
    issuers.filter(({ server }) => servers.includes(originOf(server))).map(({ issuer }) => issuer),
  );
}

type MatchItem = string | { glob: string };
type MatchValue = MatchItem | MatchItem[];

function matchersOf(value: MatchValue): Matcher[] {
  return [value]
    .flat()
    .map((item) =>
      typeof item === "object" ? { kind: "glob", glob: item.glob } : { kind: "exact", text: item },
    );
}
