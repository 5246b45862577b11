import { parseUrl } from "../../text/parse-url.ts";
import { checkRule } from "./check-rules.ts";
import { urlFault } from "./urls.ts";
import { isMap, valueAt } from "./words.ts";
import type { Mistake, Path } from "./yaml-tree.ts";

/** What is wrong with the file beyond its shape, whatever else is wrong with it. */
export function checkFile(file: unknown): Mistake[] {
  const issuers = listAt(file, ["issuers"]);
  const users = listAt(file, ["fastly", "users"]);
  const rules = listAt(file, ["rules"]);
  const servers = new Set(issuers.map((issuer) => (isMap(issuer) ? issuer.server : undefined)));
  const userIds = new Set(users.map((user) => (isMap(user) ? String(user.id) : undefined)));
  const context = { userIds, hasSeveralServers: servers.size > 1 };
  return [
    ...checkAudience(valueAt(file, ["audience"])),
    ...issuers.flatMap(checkIssuer),
    ...repeatedIds(issuers, ["issuers"], "issuer"),
    ...checkUrl(valueAt(file, ["fastly", "api_url"]), ["fastly", "api_url"]),
    ...repeatedIds(users, ["fastly", "users"], "id"),
    ...users.flatMap((user, index) => checkUser(user, ["fastly", "users", index])),
    ...checkReference(valueAt(file, ["webhook", "secret"]), ["webhook", "secret"]),
    ...checkStore(valueAt(file, ["store"])),
    ...repeatedIds(rules, ["rules"], "id"),
    ...rules.flatMap((rule, index) => checkRule(rule, ["rules", index], context)),
  ];
}

function listAt(file: unknown, path: Path): readonly unknown[] {
  const value = valueAt(file, path);
  return Array.isArray(value) ? value : [];
}

function repeatedIds(items: readonly unknown[], path: Path, key: string): Mistake[] {
  const ids = items.map((item) => (isMap(item) ? item[key] : undefined));
  return ids.flatMap((id, index) =>
    typeof id === "string" && ids.indexOf(id) < index
      ? [
          {
            path: [...path, index, key],
            message: `Another item of the list has the same ${key}. Rename or remove one of the two.`,
          },
        ]
      : [],
  );
}

/** Audiences of other services, and the one that GitHub's tokens have where nobody asks for another. */
const foreignAudience =
  /^(?:https:\/\/github\.com\/.*|sts\.amazonaws\.com|sigstore|pypi|testpypi|crates\.io|npm:.*|api:\/\/AzureADTokenExchange|https:\/\/iam\.googleapis\.com\/.*)$/i;

function checkAudience(audience: unknown): Mistake[] {
  if (typeof audience !== "string" || audience === "") return [];
  return wrong(["audience"], audienceFault(audience));
}

function audienceFault(audience: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(audience)) return "The audience contains a space or a line break. Remove it.";
  if (audience.includes("*"))
    return "The audience is compared exactly. Write it in full, without an asterisk.";
  if (foreignAudience.test(audience))
    return "This audience belongs to another service, whose JWTs would be accepted here. Use the broker's own URL.";
  if (!/^https?:/i.test(audience)) return undefined;
  const fault = urlFault(audience);
  if (fault !== undefined) return `The audience ${fault}`;
  return audience.endsWith("/")
    ? "Jobs ask for the broker's origin, which does not end with a slash. Remove the slash."
    : undefined;
}

function checkIssuer(issuer: unknown, index: number): Mistake[] {
  if (!isMap(issuer)) return [];
  const path = ["issuers", index];
  return [
    ...checkUrl(issuer.issuer, [...path, "issuer"]),
    ...checkUrl(issuer.jwks_uri, [...path, "jwks_uri"]),
    ...checkServer(issuer.server, [...path, "server"]),
  ];
}

function checkUrl(url: unknown, path: Path): Mistake[] {
  if (typeof url !== "string" || url === "") return [];
  const fault = urlFault(url);
  return wrong(path, fault === undefined ? undefined : `The URL ${fault}`);
}

function checkServer(server: unknown, path: Path): Mistake[] {
  const mistakes = checkUrl(server, path);
  if (mistakes.length > 0 || typeof server !== "string" || server === "") return mistakes;
  const hasPath = parseUrl(server)?.pathname !== "/";
  return wrong(path, hasPath ? "Name the server without a path, such as https://github.com." : undefined);
}

function checkUser(user: unknown, path: Path): Mistake[] {
  if (!isMap(user)) return [];
  return ["username", "password", "totp_secret"].flatMap((key) => checkReference(user[key], [...path, key]));
}

function checkReference(reference: unknown, path: Path): Mistake[] {
  if (!isMap(reference) || Array.isArray(reference)) return [];
  const sources = ["env", "file"].filter((key) => key in reference);
  if (sources.length === 1) return [];
  const message =
    sources.length === 0
      ? "Name where the secret is read from: { env: NAME } or { file: PATH }."
      : "Both env and file are set. Choose one.";
  return wrong(path, message);
}

function checkStore(store: unknown): Mistake[] {
  if (typeof store !== "string") return checkReference(store, ["store"]);
  return wrong(["store"], store === "" ? undefined : storeFault(store));
}

/** What is wrong with the text that names a store, without quoting it. */
function storeFault(store: string): string | undefined {
  if (store === "memory") return undefined;
  if (!/^rediss?:\/\//i.test(store)) return "The store must be memory, or a redis:// or rediss:// URL.";
  const url = parseUrl(store);
  if (url && (url.username !== "" || url.password !== ""))
    return "The URL contains a password. Do not write it in this file; read the whole URL from { env: NAME } or { file: PATH }.";
  return redisFault(store);
}

/** As `storeFault`, for a URL that is a secret and may hold a password. */
export function secretStoreFault(store: string): string | undefined {
  const url = /^rediss?:\/\//i.test(store) ? parseUrl(store) : undefined;
  if (!url) return "The value is not a redis:// or rediss:// URL.";
  url.username = "";
  url.password = "";
  return redisFault(url.href);
}

function redisFault(store: string): string | undefined {
  const fault = urlFault(store, ["rediss", "redis"]);
  return fault === undefined ? undefined : `The URL ${fault}`;
}

function wrong(path: Path, message: string | undefined): Mistake[] {
  return message === undefined ? [] : [{ path, message }];
}
