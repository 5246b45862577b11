import type { Scope } from "../../fastly/index.ts";
import { isId, scopes } from "../../fastly/shapes.ts";
import { isPlain } from "../../text/one-line.ts";
import type { Grant } from "../../token/mismatch.ts";
import { bad, good, type Inputs, type Parsed, type Parser, read, together } from "./input.ts";
import { describeItem, didYouMean, isInQuotes, listSlip, nearest, splitList } from "./slips.ts";
import { durationBetween, hour, minute } from "./values.ts";

/** What the token may do, where, and for how long. */
export function readGrant(): Inputs<Grant> {
  return together<{ scopes: Scope[]; services: string[]; lifetimeMs: number }>({
    scopes: read("scope", parseScopes),
    services: read("services", parseServices),
    lifetimeMs: read("expires-in", (text) => parseLifetime(text === "" ? defaultLifetime : text)),
  });
}

/** Not in the manifest: with a broker, what is left out is what the rule grants. */
const defaultLifetime = "1h";

export const parseLifetime = durationBetween(minute, 24 * hour);

const allowedScopes = `Use one or more of ${scopes.join(", ")}, separated by spaces.`;

export function parseScopes(text: string): Parsed<Scope[]> {
  const parts = splitList(text);
  if (parts.length === 0)
    return bad(
      `is empty and has no default, because a token should do only what its job needs. ${allowedScopes}`,
    );
  const slip = listSlip(text);
  if (slip !== undefined) return bad(`${slip} ${allowedScopes}`);
  const unknown = parts.findIndex((part) => !isScope(part));
  if (unknown !== -1) return bad(`${scopeSlip(parts, unknown)} ${allowedScopes}`);
  const found = parts.filter(isScope);
  if (found.includes("global") && found.length > 1)
    return bad(
      "combines global with another scope. global includes the others: use one of them, and the narrower one if it is enough.",
    );
  return good(found);
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

/** What people write for a scope, by its purpose. */
const scopesByOtherNames: ReadonlyMap<string, Scope> = new Map([
  ...["read", "readonly", "read-only", "read_only"].map((name) => [name, "global:read"] as const),
  ...["purge_key", "purge_keys", "purge_url", "purge_single", "purge-key", "purge-url"].map(
    (name) => [name, "purge_select"] as const,
  ),
]);

function scopeSlip(parts: readonly string[], index: number): string {
  const part = parts[index] ?? "";
  const position = parts.length === 1 ? "" : ` in item ${index + 1} of ${parts.length}`;
  const whole = nearest(parts.join("_"), scopes);
  if (whole !== undefined && parts.length > 1) return `has a space in ${whole}; did you mean ${whole}?`;
  const alias = scopesByOtherNames.get(part.toLowerCase());
  if (alias !== undefined) return `has ${didYouMean(part, alias).replace(";", `${position};`)}`;
  if (/^purge$/i.test(part)) return `has "purge"${position}; did you mean purge_all or purge_select?`;
  const meant = nearest(part, scopes);
  if (meant !== undefined) return `has ${didYouMean(part, meant).replace(";", `${position};`)}`;
  return `is not a scope: ${describeItem(parts, index)} is unknown.`;
}

const whereIdsAre =
  "An ID has 22 letters and digits. In Fastly's control panel, it is below the service's name.";

/** A list of services; `*` alone is every service, which is an empty list from here on. */
export function parseServices(text: string): Parsed<string[]> {
  const parts = splitList(text);
  if (parts.length === 0)
    return bad(
      "is empty. If the value comes from a variable, that variable is not set in this job. List the IDs of the services that the job needs, separated by spaces, or use * for every service.",
    );
  if (parts.includes("*")) {
    return parts.length === 1
      ? good([])
      : bad("combines * with other items. Use only * for every service, or only IDs.");
  }
  if (parts.length === 1 && /^(?:all|any|every|\*\*|\.\*|＊)$/i.test(parts[0] ?? ""))
    return bad(`is ${didYouMean(parts[0] ?? "", "*")} ${whereIdsAre}`);
  return parseIds(text, "a service ID", { isOne: isServiceId, remedy: whereIdsAre });
}

/**
 * A list of Fastly's IDs.
 *
 * @param what what each of them is to be, such as `a service ID`
 */
export function idsOf(what: string): Parser<string[]> {
  return (text) => parseIds(text, what, { isOne: isId, remedy: "An ID has 22 letters and digits." });
}

function parseIds(
  text: string,
  what: string,
  { isOne, remedy }: { isOne: (text: string) => boolean; remedy: string },
): Parsed<string[]> {
  const parts = splitList(text);
  const wrong = parts.findIndex((part) => !isOne(part));
  const slip = /:\/\//.test(text) ? "is a URL, not an ID." : listSlip(text);
  if (wrong !== -1 && slip !== undefined) return bad(`${slip} ${remedy}`);
  if (wrong !== -1) return bad(`is not ${what}: ${describeItem(parts, wrong)} is not an ID. ${remedy}`);
  return good(parts);
}

/** IDs are large numbers written with 62 digits: nearly all have 22 of them or 21. A name is most likely shorter. */
function isServiceId(text: string): boolean {
  return /^[A-Za-z0-9]{18,24}$/.test(text);
}

/** No limit of a name's length is documented: this keeps the whole name below any likely one (assumed: name-length). */
const longestLabel = 100;

export function parseLabel(text: string): Parsed<string> {
  const label = text.trim();
  const { length } = encodeURIComponent(label.toWellFormed());
  if (!isPlain(label) && /[\p{Cc}\p{Zl}\p{Zp}]/u.test(label))
    return bad("contains a line break or another control character. Use plain text on one line.");
  if (length > longestLabel) {
    return bad(`has ${length} characters when URL-encoded. Use up to ${longestLabel}.`);
  }
  return isInQuotes(label) ? bad("is in quotation marks. Remove them.") : good(label);
}
