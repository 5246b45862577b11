import type { z } from "zod";
import { scopes } from "../../fastly/shapes.ts";
import type { Mistake, Path } from "./yaml-tree.ts";

type Issue = z.core.$ZodIssue;

/** What the schema refuses in words, one mistake for each place. Values are never quoted: one may be a secret. */
export function mistakesOf(issues: readonly Issue[], value: unknown): Mistake[] {
  return issues.flatMap((issue) => {
    const path = issue.path as Path;
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(path, key) }));
    return [{ path, message: wordsOf(issue, path, valueAt(value, path)) }];
  });
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), value);
}

export function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

const secretKeys: readonly unknown[] = ["username", "password", "totp_secret", "secret"];

function isSecret(path: Path): boolean {
  return secretKeys.includes(path.at(-1)) && path[0] !== "rules";
}

const inlineSecret =
  "Do not write a secret in this file. Name where it is read from: { env: NAME } or { file: PATH }.";

function unknownKey(path: Path, key: string): string {
  if (path.some((_, index) => isSecret(path.slice(0, index + 1))))
    return "This key is unknown: a secret is read from { env: NAME } or { file: PATH }.";
  const known = knownKeys(path);
  const meant = known.find((word) => simple(word) === simple(key));
  if (meant !== undefined) return `This key is unknown; did you mean ${meant}?`;
  return known.length === 0
    ? "This key is unknown. Remove it."
    : `This key is unknown. Use one of: ${known.join(", ")}.`;
}

function simple(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function knownKeys(path: Path): readonly string[] {
  const shape = path.map((part) => (typeof part === "number" ? "[]" : part)).join(".");
  return keysOf[shape] ?? [];
}

const keysOf: Record<string, readonly string[]> = {
  "": ["version", "audience", "issuers", "fastly", "webhook", "store", "rules"],
  "issuers.[]": ["issuer", "jwks_uri", "server"],
  fastly: ["api_url", "users"],
  "fastly.users.[]": ["id", "username", "password", "totp_secret", "max_live_tokens"],
  webhook: ["secret"],
  "rules.[]": ["id", "users", "match", "grant"],
  "rules.[].grant": ["scope", "services", "max_ttl", "account_access", "max_live", "per_hour"],
};

function wordsOf(issue: Issue, path: Path, value: unknown): string {
  if (isSecret(path) && value !== undefined && value !== null && !Array.isArray(value) && !isMap(value))
    return inlineSecret;
  if (value === undefined) return missing(path);
  if (value === null) return "The value is missing. Add one, or remove the key.";
  return wordsByPlace(path, value) ?? wordsByKind(issue, value);
}

function missing(path: Path): string {
  const key = String(path.at(-1) ?? "");
  if (path.at(-2) === "match")
    return `${key} is missing. Every rule must name repository_owner_id, repository_id and event_name.`;
  if (key === "services")
    return 'services is missing. List service IDs, or write "*" in quotes for all services.';
  return `${key} is missing.${remedies[key] ? ` ${remedies[key]}` : ""}`;
}

const remedies: Record<string, string> = {
  version: "Write version: 1.",
  max_ttl: "Set the longest lifetime of a token, such as 10m.",
  users: "List at least one Fastly user.",
  audience: "Set it to the URL at which jobs reach the broker, such as https://fastly-tokens.example.com.",
  scope: `List one or more of ${scopes.join(", ")}.`,
};

/** What a place must contain, where its name says more than the kind of the mistake. */
function wordsByPlace(path: Path, value: unknown): string | undefined {
  const [last, before] = [path.at(-1), path.at(-2)];
  if (path.length === 1 && last === "version") return "The version must be 1, without quotes.";
  if (last === "env" && typeof value === "string")
    return "This is not the name of an environment variable. Use letters, digits and underscores.";
  if (last === "account_access") return "account_access must be true or false, without quotes.";
  if (before === "grant" && last === "scope" && typeof value === "string")
    return "scope must be a list. Write it in brackets, such as [purge_select].";
  if (before === "scope" && typeof value === "string")
    return `This scope is unknown. Use one of ${scopes.join(", ")}.`;
  if (last === "max_ttl" && typeof value === "number") return "The unit is missing. Write 90s, 15m or 1h30m.";
  if (["max_live", "per_hour", "max_live_tokens"].includes(String(last)))
    return `${last} must be a whole number of at least 1, without quotes.`;
  return undefined;
}

function wordsByKind(issue: Issue, value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return expects(issue, ["string"]) || issue.code === "invalid_union"
      ? 'YAML reads this as a number or as true or false. Write it in quotes, such as "9919".'
      : "A list or a map is expected here.";
  if (issue.code === "too_small")
    return Array.isArray(value) ? "The list is empty. Name at least one item." : "The text is empty.";
  if (issue.code === "too_big") return "The text is too long. Use at most 1024 characters.";
  if (expects(issue, ["array"])) return "A list is expected here. Write it in brackets, such as [a, b].";
  if (expects(issue, ["object", "record"]))
    return "Keys with values are expected here, not a list or a plain value.";
  if (expects(issue, ["string"])) return "Text is expected here, not a list or a map.";
  if (issue.code === "invalid_format")
    return "This is not an ID. Use at most 64 letters and digits; dots, hyphens and underscores can stand between them.";
  return "This value is not allowed here.";
}

function expects(issue: Issue, kinds: readonly string[]): boolean {
  return issue.code === "invalid_type" && kinds.includes(issue.expected);
}
