export type JsonObject = Record<string, unknown>;

/** Whether a value of JSON is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns undefined for anything but a JSON object: a proxy may respond with HTML, or half of a body was lost */
export function parseObject(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body.replace(/^\ufeff/, ""));
    return isObject(json) ? json : undefined;
  } catch {
    // The parser's own error quotes the body, which may hold a token.
    return undefined;
  }
}
