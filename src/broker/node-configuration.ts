import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { type Scope, scopes } from "../fastly/index.ts";
import { parseDuration } from "../text/duration.ts";
import { passcodesFrom } from "../token/passcodes.ts";
import type { Judgement, Policy, PolicyRequest, Rule } from "./service/policy.ts";
import type { UserConfig } from "./users/fastly-user.ts";

export interface LoadedConfiguration {
  kind: "loaded";
  policy: Policy;
  users: readonly UserConfig[];
  apiUrl: string;
  webhookSecret: string | undefined;
  /** The broker's own host. */
  host: string;
}

type Secret = { env: string } | { file: string };
type OneOrMore = string | string[];

/** The file, as far as nothing is checked yet. */
interface Raw {
  audience: string;
  issuers: { issuer: string; jwks_uri: string; server: string }[];
  fastly: {
    api_url: string;
    users: {
      id: string;
      username: Secret;
      password: Secret;
      totp_secret?: Secret;
      max_live_tokens?: number;
    }[];
  };
  webhook?: { secret: Secret };
  rules: RawRule[];
}

interface RawRule {
  id: string;
  users: string[];
  match: Record<string, OneOrMore>;
  grant: {
    scope: Scope[];
    services: string[] | "*";
    max_ttl: string;
    max_live?: number;
    per_hour?: number;
  };
}

/** Reads the configuration and the secrets that it names. */
export async function loadConfiguration(
  file: string,
): Promise<LoadedConfiguration | { kind: "refused"; problems: string }> {
  try {
    return await load(file);
  } catch (error) {
    return { kind: "refused", problems: error instanceof Error ? error.message : String(error) };
  }
}

async function load(file: string): Promise<LoadedConfiguration> {
  const text = await readFile(file, "utf8");
  const raw = parse(text) as Raw;
  const users: UserConfig[] = [];
  for (const { id, username, password, totp_secret: totp, max_live_tokens: maxLiveTokens = 100 } of raw.fastly
    .users)
    users.push({
      id,
      username: await secret(username),
      password: await secret(password),
      passcodes: totp ? await passcodesFrom(await secret(totp)) : { kind: "none" },
      maxLiveTokens,
    });
  const rules = new Map(raw.rules.map((rule) => [rule.id, ruleOf(rule)]));
  const rawRules = new Map(raw.rules.map((rule) => [rule.id, rule]));
  const policy: Policy = {
    hash: createHash("sha256").update(text).digest("hex"),
    audience: raw.audience,
    issuers: raw.issuers.map(({ issuer, jwks_uri: jwksUri, server }) => ({ issuer, jwksUri, server })),
    rules,
    judge: (request) => judge(request, rawRules.get(request.rule.id)),
  };
  return {
    kind: "loaded",
    policy,
    users,
    apiUrl: raw.fastly.api_url,
    webhookSecret: raw.webhook ? await secret(raw.webhook.secret) : undefined,
    host: new URL(raw.audience).host,
  };
}

async function secret(from: Secret): Promise<string> {
  if ("file" in from) return (await readFile(from.file, "utf8")).replace(/\r?\n$/, "");
  const value = process.env[from.env];
  if (value === undefined) throw new Error(`the environment variable ${from.env} is not set`);
  return value;
}

function ruleOf({ id, users, match, grant }: RawRule): Rule {
  return {
    id,
    users,
    ownerIds: new Set(listOf(match.repository_owner_id)),
    repositoryIds: new Set(listOf(match.repository_id)),
    quotas: { maxLive: grant.max_live, perHour: grant.per_hour },
  };
}

function listOf(value: OneOrMore | undefined): string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

function judge({ claims, ...asked }: PolicyRequest, rule: RawRule | undefined): Judgement {
  if (!rule || ["pull_request_target", "workflow_run"].includes(claims.event_name))
    return { kind: "event-denied" };
  const { match, grant } = rule;
  const failed = Object.entries(match)
    .map(([claim, wanted]) => ({ claim, wanted, value: claims[claim] }))
    .filter(({ wanted, value }) => typeof value !== "string" || !listOf(wanted).includes(value))
    .map(({ claim, value }) => ({ claim, value: typeof value === "string" ? value : null }));
  if (failed.length > 0) return { kind: "claim-mismatch", failed };
  const wantedScopes = asked.scope?.split(" ") ?? grant.scope;
  const granted = scopes.filter((scope) => wantedScopes.includes(scope) && grant.scope.includes(scope));
  if (granted.length < wantedScopes.length) return { kind: "scope-not-granted" };
  const all = grant.services === "*" ? [] : grant.services;
  const services = asked.services === undefined || asked.services === "*" ? all : asked.services.split(" ");
  if (asked.services === "*" && grant.services !== "*") return { kind: "services-not-granted" };
  if (grant.services !== "*" && !services.every((id) => all.includes(id)))
    return { kind: "services-not-granted" };
  const most = parseDuration(grant.max_ttl) ?? 0;
  const lifetimeMs = asked.expiresIn === undefined ? most : asked.expiresIn * 1000;
  if (lifetimeMs > most) return { kind: "lifetime-not-granted" };
  return { kind: "granted", grant: { scopes: granted, services, lifetimeMs } };
}
