import { scopes as knownScopes } from "../../fastly/shapes.ts";
import { parseDuration } from "../../text/duration.ts";
import { idClaims, isPropertyClaim, matchableClaims } from "./claims.ts";
import { isMap } from "./words.ts";
import type { Mistake, Path } from "./yaml-tree.ts";

export interface RuleContext {
  readonly userIds: ReadonlySet<unknown>;
  /** Whether issuers speak for different GitHub servers, whose IDs may be the same. */
  readonly hasSeveralServers: boolean;
}

/** What is wrong with a rule beyond its shape, whatever else is wrong with it. */
export function checkRule(rule: unknown, path: Path, context: RuleContext): Mistake[] {
  if (!isMap(rule)) return [];
  const { match, grant, users } = rule;
  return [
    ...checkUsers(users, [...path, "users"], context),
    ...(isMap(match) && !Array.isArray(match) ? checkMatch(match, [...path, "match"], context) : []),
    ...(isMap(grant) && !Array.isArray(grant) ? checkGrant(grant, [...path, "grant"]) : []),
  ];
}

function checkUsers(users: unknown, path: Path, { userIds }: RuleContext): Mistake[] {
  if (!Array.isArray(users)) return [];
  const unknown = users.flatMap((user, index) =>
    typeof user === "string" && !userIds.has(user)
      ? [
          {
            path: [...path, index],
            message: "No user in fastly.users has this ID. Add it there, or correct the ID.",
          },
        ]
      : [],
  );
  return [...unknown, ...repeated(users, path)];
}

/** Items that a list contains twice. */
function repeated(items: readonly unknown[], path: Path): Mistake[] {
  return items.flatMap((item, index) =>
    typeof item === "string" && items.indexOf(item) < index
      ? [{ path: [...path, index], message: "This is in the list twice. Remove one of the two." }]
      : [],
  );
}

function checkMatch(match: Record<string, unknown>, path: Path, context: RuleContext): Mistake[] {
  const claims = Object.entries(match);
  const mistakes = claims.flatMap(([claim, value]) => checkClaim(claim, value, [...path, claim]));
  if (context.hasSeveralServers && !("iss" in match))
    mistakes.push({
      path: [...path, "iss"],
      message:
        "iss is missing. The issuers belong to several GitHub servers, on which different repositories can have the same ID. Name the issuer that the rule is for.",
    });
  return mistakes;
}

function checkClaim(claim: string, value: unknown, path: Path): Mistake[] {
  const name = unknownClaim(claim);
  if (name !== undefined) return [{ path, atKey: true, message: name }];
  if (!Array.isArray(value)) return checkValue(claim, value, path);
  return [
    ...value.flatMap((item, index) => checkValue(claim, item, [...path, index])),
    ...repeated(value, path),
  ];
}

function unknownClaim(claim: string): string | undefined {
  if ((matchableClaims as readonly string[]).includes(claim) || isPropertyClaim(claim)) return undefined;
  if (claim === "sub")
    return "sub cannot be matched, because GitHub has changed its format. Name repository_owner_id, repository_id and, where needed, ref or environment.";
  if (claim === "aud") return "aud is compared with the audience at the top of the file. Remove it here.";
  return `A rule cannot match a claim of this name. Use one of ${matchableClaims.join(", ")}, or repo_property_NAME.`;
}

function checkValue(claim: string, value: unknown, path: Path): Mistake[] {
  if (Array.isArray(value)) return wrong(path, "A list inside a list is not allowed. Write one list.");
  if (isMap(value)) return checkGlob(claim, value, path);
  if (value === null) return wrong(path, "The value is missing. Add one, or remove the item.");
  if (typeof value !== "string") return wrong(path, value === undefined ? undefined : unquoted);
  return wrong(path, textFault(value) ?? starFault(claim, value) ?? claimFault(claim, value));
}

const unquoted = 'YAML reads this as a number or as true or false. Write it in quotes, such as "9919".';

function wrong(path: Path, message: string | undefined): Mistake[] {
  return message === undefined ? [] : [{ path, message }];
}

function textFault(text: string): string | undefined {
  if (text === "") return "The text is empty, but a claim never is.";
  if (text !== text.trim()) return "The text begins or ends with a space or a line break. Remove it.";
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
    ? "The text contains a line break or another control character. Remove it."
    : undefined;
}

function starFault(claim: string, text: string): string | undefined {
  if (!text.includes("*")) return undefined;
  return claim === "ref"
    ? 'Text is compared exactly, and a ref cannot contain an asterisk. For a pattern, write { glob: "refs/tags/v*" }.'
    : "Text is compared exactly, and only ref can have a pattern. List the values.";
}

function claimFault(claim: string, text: string): string | undefined {
  if (idClaims.includes(claim) && !/^[0-9]{1,20}$/.test(text))
    return `${claim} must consist of digits: this is a name, or mistyped. Rules use IDs because names can change owners; gh api repos/OWNER/REPO shows them.`;
  if (claim !== "event_name") return undefined;
  return /^[a-z][a-z_]*$/.test(text)
    ? undefined
    : "Write events in lowercase, such as push or workflow_dispatch.";
}

function checkGlob(claim: string, value: Record<string, unknown>, path: Path): Mistake[] {
  if (claim !== "ref")
    return wrong(path, "Only ref can have a pattern. Write the exact text, or a list of texts.");
  const { glob, ...others } = value;
  const unknown = Object.keys(others);
  if (unknown.length > 0)
    return unknown.map((key) => ({
      path: [...path, key],
      atKey: true,
      message: 'This key is unknown. Write { glob: "refs/tags/v*" }.',
    }));
  if (typeof glob !== "string") return [];
  return wrong([...path, "glob"], textFault(glob) ?? globFault(glob));
}

function globFault(glob: string): string | undefined {
  if (glob.includes("**")) return "** is not supported: * never crosses /. Write one pattern for each depth.";
  return /[?[\]{}\\^~:\s]/.test(glob)
    ? "A pattern may contain * only. No ref contains the other characters of patterns and regular expressions: remove them."
    : undefined;
}

function checkGrant(grant: Record<string, unknown>, path: Path): Mistake[] {
  return [
    ...checkScopes(grant, [...path, "scope"]),
    ...checkServices(grant.services, [...path, "services"]),
    ...checkLifetime(grant.max_ttl, [...path, "max_ttl"]),
  ];
}

function checkScopes({ scope, account_access: access }: Record<string, unknown>, path: Path): Mistake[] {
  if (!Array.isArray(scope)) return [];
  const mistakes = repeated(scope, path);
  const wide = scope.findIndex((item) => item === "global" || item === "global:read");
  if (wide !== -1 && access !== true)
    mistakes.push({
      path: [...path, wide],
      message: `${scope[wide]} also reaches the account, which a list of services does not limit. Add account_access: true to the grant, or grant a narrower scope.`,
    });
  if (scope.includes("global") && scope.some((item) => item !== "global" && isScope(item)))
    mistakes.push({
      path: [...path, scope.indexOf("global")],
      message: "global includes every other scope. List only global, or list the others without it.",
    });
  return mistakes;
}

function isScope(value: unknown): boolean {
  return (knownScopes as readonly unknown[]).includes(value);
}

function checkServices(services: unknown, path: Path): Mistake[] {
  const remedy = 'List service IDs in brackets, or write only "*", in quotes, for all services.';
  if (typeof services === "string")
    return wrong(path, services === "*" ? undefined : `services must be a list. ${remedy}`);
  if (!Array.isArray(services)) return [];
  if (services.length === 0)
    return wrong(path, `The list is empty, which to Fastly means all services. ${remedy}`);
  const mistakes = services.flatMap((item: unknown, index) =>
    wrong([...path, index], serviceFault(item, remedy)),
  );
  return [...mistakes, ...repeated(services, path)];
}

function serviceFault(item: unknown, remedy: string): string | undefined {
  if (typeof item === "number" || typeof item === "boolean") return unquoted;
  if (item === "*") return `"*" cannot be part of a list. ${remedy}`;
  return typeof item === "string" && !/^[A-Za-z0-9]{1,64}$/.test(item)
    ? "This is not a service ID. An ID consists of letters and digits, usually 22; Fastly's control panel shows it below the service's name."
    : undefined;
}

const shortest = 60_000;
const longest = 24 * 60 * 60_000;

function checkLifetime(text: unknown, path: Path): Mistake[] {
  if (typeof text !== "string") return [];
  const ms = parseDuration(text);
  if (ms === undefined)
    return wrong(
      path,
      /^\d+$/.test(text)
        ? "The unit is missing. Write 90s, 15m or 1h30m."
        : "This is not a valid duration. Write 90s, 15m or 1h30m.",
    );
  return wrong(
    path,
    ms < shortest || ms > longest
      ? "A token can live for 1m to 24h. Choose a duration in this range."
      : undefined,
  );
}
