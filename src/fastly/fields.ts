import { isObject } from "../text/json-object.ts";
import { FastlyError } from "./error.ts";

/** A response whose body was parsed as JSON, and is not trusted yet. */
export interface JsonResponse {
  /** What was asked, such as `POST /tokens`. */
  operation: string;
  status: number;
  json: unknown;
}

/** Reads a JSON object from Fastly field by field. */
export interface Fields {
  text(name: string): string;
  /** A point in time, as ISO 8601 text. */
  time(name: string): string;
  /** null where it is missing or blank. */
  optionalText(name: string): string | null;
  optionalTime(name: string): string | null;
  /** null also where it is malformed: for what nothing rests on. */
  unneededText(name: string): string | null;
  unneededTime(name: string): string | null;
  /** Empty where it is missing. */
  optionalTexts(name: string): string[];
}

/**
 * @param response named in the error
 * @param at where in the response the object stood, such as `[3].`
 * @throws {FastlyError} `malformed-response`, naming the field that is missing or malformed
 */
export function readFields(response: JsonResponse, at = ""): Fields {
  const { json } = response;
  if (!isObject(json))
    throw malformed(response, at === "" ? "the response is not an object" : `${at} is not an object`);
  const object = json;
  const path = at === "" ? "" : `${at}.`;

  function required<T>(name: string, what: string, read: (field: unknown) => T | undefined): T {
    const field = Object.hasOwn(object, name) ? object[name] : undefined;
    const result = read(field);
    if (result !== undefined) return result;
    const problem = field === undefined || field === null ? "is missing" : `is not ${what}`;
    throw malformed(response, `the field ${path}${name} of the response ${problem}`);
  }
  const optional = <T>(name: string, read: () => T): T | null => (isAbsent(object[name]) ? null : read());

  const text = (name: string) => required(name, "a string", plainText);
  const time = (name: string) => required(name, "a time in ISO 8601", timeText);
  return {
    text,
    time,
    optionalText: (name) => optional(name, () => text(name)),
    optionalTime: (name) => optional(name, () => time(name)),
    unneededText: (name) => (isAbsent(object[name]) ? null : (plainText(object[name]) ?? null)),
    unneededTime: (name) => timeText(object[name]) ?? null,
    optionalTexts: (name) => optional(name, () => required(name, "a list of strings", plainTexts)) ?? [],
  };
}

export function malformed(
  { operation, status }: Pick<JsonResponse, "operation" | "status">,
  reason: string,
): FastlyError {
  return new FastlyError({ code: "malformed-response", operation, reason, status, mayHaveHappened: true });
}

function isAbsent(field: unknown): boolean {
  return field === undefined || field === null || (typeof field === "string" && field.trim() === "");
}

/** Text of a reasonable length. It may hold anything else: whoever prints it makes it harmless. */
function plainText(field: unknown): string | undefined {
  return typeof field === "string" && field.length <= 2_000 ? field : undefined;
}

function plainTexts(field: unknown): string[] | undefined {
  if (!Array.isArray(field)) return undefined;
  const texts = field.map(plainText);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

function timeText(field: unknown): string | undefined {
  if (typeof field !== "string" || !isoPattern.test(field)) return undefined;
  return Number.isNaN(Date.parse(field)) ? undefined : field;
}
