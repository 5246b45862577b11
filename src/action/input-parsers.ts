import { isIP } from "node:net";
import type { Scope } from "../fastly/index.ts";
import { isId, scopes } from "../fastly/token.ts";
import { formatDuration, parseDuration } from "../text/duration.ts";
import { quoted } from "./log.ts";

/** What an input's text says, or what is wrong with it and what is allowed instead. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = (problem: string): Parsed<never> => ({ ok: false, problem });

/** Splits a list by spaces, commas or line ends; empty parts and repetitions are dropped. */
export function splitList(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ""))];
}

/**
 * Says which item of a list is wrong. Only a text that was given whole is quoted: a secret that got into the
 * wrong input is masked as a whole, and a part of it is not.
 */
export function holds(parts: readonly string[], index: number): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return `is ${shown(only)}`;
  return `is wrong in item ${index + 1} of ${parts.length}`;
}

function shown(text: string): string {
  return text.length > 80 ? `a text of ${text.length} characters` : quoted(text);
}

export function parseScopes(text: string): Parsed<Scope[]> {
  const parts = splitList(text);
  const allowed = `Allowed are one or more of ${scopes.join(", ")}, split by spaces, commas or lines.`;
  if (parts.length === 0)
    return bad(`is empty, and it has no default: a token should do no more than its job needs. ${allowed}`);
  const unknown = parts.findIndex((part) => !isScope(part));
  return unknown === -1
    ? good(parts.filter(isScope))
    : bad(`${holds(parts, unknown)}, which is no scope. ${allowed}`);
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

export function parseIds(text: string): Parsed<string[]> {
  const parts = splitList(text);
  const odd = parts.findIndex((part) => !isId(part));
  if (odd === -1) return good(parts);
  return bad(
    `${holds(parts, odd)}, which is no ID. Allowed are IDs (letters and digits), split by spaces, commas or lines.`,
  );
}

/** A parser of durations between two bounds, in milliseconds. */
export function durationBetween(least: number, most: number): (text: string) => Parsed<number> {
  const allowed = `Allowed are durations such as 90s, 15m, 1h30m or PT15M, from ${formatDuration(least)} to ${formatDuration(most)}.`;
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad(`is ${shown(text)}, which is no duration. ${allowed}`);
    if (ms < least || ms > most) return bad(`is ${shown(text)}, which is out of range. ${allowed}`);
    return good(ms);
  };
}

/** YAML's own words for true and false, as in every action. */
export function parseBoolean(text: string): Parsed<boolean> {
  if (/^(?:true|True|TRUE)$/.test(text)) return good(true);
  if (/^(?:false|False|FALSE)$/.test(text)) return good(false);
  return bad(`is ${shown(text)}. Allowed are true and false.`);
}

/** No limit of a name's length is documented: this keeps the whole name below any likely one (assumed). */
const longestLabel = 100;

export function parseLabel(text: string): Parsed<string> {
  const label = text.trim();
  const { length } = encodeURIComponent(label.toWellFormed());
  if (length > longestLabel) {
    return bad(
      `has ${length} characters, counted as a URL would write them. Allowed are up to ${longestLabel}.`,
    );
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(label))
    return bad("holds a line end or another control character. Allowed is plain text on one line.");
  return good(label);
}

/** Variables that the runner refuses, or whose loss would break the steps after this one. */
const reserved = /^(?:GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|NODE_OPTIONS|PATH|HOME|CI)$/i;

export function parseVariableNames(text: string): Parsed<string[]> {
  const names = splitList(text);
  const odd = names.findIndex((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) || reserved.test(name));
  if (odd === -1) return good(names);
  return bad(
    `${holds(names, odd)}, which cannot receive a token. Allowed are names of environment variables, such as ` +
      "FASTLY_API_TOKEN or FASTLY_API_KEY, but none that the runner keeps for itself.",
  );
}

export function parseApiUrl(text: string): Parsed<string> {
  const allowed = "Allowed are https URLs, and http ones on loopback, without user, query or fragment.";
  const url = URL.parse(text);
  if (!url) return bad(`is no URL. ${allowed}`);
  if (url.username !== "" || url.password !== "") return bad(`holds a user name or a password. ${allowed}`);
  if (url.search !== "" || url.hash !== "") return bad(`holds a query or a fragment. ${allowed}`);
  const encrypted = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!encrypted)
    return bad(`is ${quoted(url.origin)}, which would carry credentials unencrypted. ${allowed}`);
  return good(url.href.replace(/\/+$/, ""));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

export function parsePasscode(text: string): Parsed<string> {
  const code = text.replace(/\s/g, "");
  return /^\d{6,10}$/.test(code)
    ? good(code)
    : bad("is not a one-time password. Allowed are 6 to 10 digits.");
}
