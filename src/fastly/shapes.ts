import { isObject, parseObject } from "../text/json-object.ts";
import { asFastlyError, type FastlyError } from "./error.ts";
import { type Fields, type JsonResponse, malformed, readFields } from "./fields.ts";

/** What a token may do (Fastly's page on API tokens). */
export type Scope = "global" | "global:read" | "purge_all" | "purge_select";

export const scopes: readonly Scope[] = ["global", "global:read", "purge_all", "purge_select"];

/** A token as Fastly describes it once it exists: everything but the token itself. Times are ISO 8601, UTC. */
export interface Token {
  id: string;
  name: string;
  /** null where the response leaves it out, or has something else in its place: nothing rests on it. */
  userId: string | null;
  /** The same (a create recorded in 2019 had none). */
  customerId: string | null;
  /** As Fastly states it: one or more scopes, separated by spaces. */
  scope: string;
  /** IDs of the services it is limited to; empty for all of them. */
  services: string[];
  createdAt: string;
  /** null for a token that never expires. */
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** A token at its creation, the only time that the token itself is shown. */
export interface CreatedToken extends Token {
  accessToken: string;
}

/**
 * Reads the description of a token that was just created, where a name that is missing is the one that was asked for.
 *
 * @throws {FastlyError} `malformed-response`, naming the field
 */
export function readCreated(response: JsonResponse, askedName: string): Token {
  const { json } = response;
  const isNameless = isObject(json) && (json.name ?? null) === null;
  return readToken(isNameless ? { ...response, json: { ...json, name: askedName } } : response);
}

/** Reads a `TokenResponse`. @throws {FastlyError} `malformed-response`, naming the field */
export function readToken(response: JsonResponse, at?: string): Token {
  return tokenOf(readFields(response, at), response);
}

/** Called for each item of a list that is malformed: why, and what was parsed. */
export type OnMalformed = (error: FastlyError, item: unknown) => void;

/** @returns the ID and the name of an item, in a list of one, where at least those are well-formed */
export function readIdAndName(item: unknown): { id: string; name: string }[] {
  const { id, name } = (item ?? {}) as { id?: unknown; name?: unknown };
  return typeof id === "string" && typeof name === "string" && isId(id) ? [{ id, name }] : [];
}

/**
 * Reads a list of `TokenResponse`.
 *
 * @param onMalformed called for each item that is malformed, which is then left out; without it, it is an error
 * @throws {FastlyError} `malformed-response`, naming the field
 */
export function readTokens(response: JsonResponse, onMalformed?: OnMalformed): Token[] {
  const { json } = response;
  if (!Array.isArray(json)) throw malformed(response, "the response is not a list");
  return json.flatMap((item, index) => {
    try {
      return [readToken({ ...response, json: item }, `[${index}]`)];
    } catch (caught) {
      const error = asFastlyError(caught);
      if (!onMalformed) throw error;
      onMalformed(error, item);
      return [];
    }
  });
}

/**
 * Finds the token itself in the body of a response, whatever else is wrong with that response: whoever could read it
 * must mask it and end it.
 *
 * @returns undefined where there is none, or none that a header could carry
 */
export function findAccessToken(body: string): string | undefined {
  // Where the whole of it can be read, it is the token that is read out of it later.
  const whole = parseObject(body)?.access_token;
  if (typeof whole === "string" && isAccessToken(whole)) return whole;
  for (const [, quoted = ""] of body.matchAll(/"access_token"\s*:\s*("(?:[^"\\]|\\.)*")/g)) {
    const accessToken = parseText(quoted);
    if (accessToken !== undefined && isAccessToken(accessToken)) return accessToken;
  }
  return undefined;
}

/** @returns undefined for what is not a text of JSON, so nothing that Fastly wrote */
function parseText(quoted: string): string | undefined {
  return parseObject(`{"text":${quoted}}`)?.text as string | undefined;
}

/** The 32 characters recorded are not a promise, so any that a header can carry will do (assumed: key-form). */
export function isAccessToken(text: string): boolean {
  return /^[\x21-\x7e]{8,}$/.test(text);
}

/**
 * Reads the token itself out of a `TokenCreatedResponse`.
 *
 * @throws {FastlyError} `malformed-response` where it is missing, or could not be sent back in a header
 */
export function readAccessToken(response: JsonResponse): string {
  const accessToken = readFields(response).text("access_token");
  if (isAccessToken(accessToken)) return accessToken;
  throw malformed(response, "the field access_token of the response is not a token");
}

function tokenOf(fields: Fields, response: JsonResponse): Token {
  const id = fields.text("id");
  if (!isId(id)) throw malformed(response, "the field id of the response is not an ID");
  return {
    id,
    name: fields.text("name"),
    userId: fields.unneededText("user_id"),
    customerId: fields.unneededText("customer_id"),
    scope: fields.optionalText("scope") ?? scopeOf(fields, response),
    services: fields.optionalTexts("services"),
    createdAt: fields.time("created_at"),
    expiresAt: fields.optionalTime("expires_at"),
    lastUsedAt: fields.unneededTime("last_used_at"),
  };
}

/** A token read back names its scopes twice (recorded): as `scope` and as `scopes`. */
function scopeOf(fields: Fields, response: JsonResponse): string {
  const scopes = fields.optionalTexts("scopes");
  if (scopes.length > 0) return scopes.join(" ");
  throw malformed(response, "the field scope of the response is missing");
}

/** Whether a text has the shape of Fastly's IDs: letters and digits (22 of them, as recorded). `self` is a word of the API. */
export function isId(text: string): boolean {
  return /^(?!self$)[A-Za-z0-9]{1,64}$/.test(text);
}

/** Whether a text can be sent as a `Fastly-Key`: visible ASCII, without spaces. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
