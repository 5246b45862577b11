import type { Clock } from "../http/clock.ts";
import type { HttpResponse } from "../http/transport.ts";
import { type JsonResponse, malformed } from "./fields.ts";
import { refusal } from "./refusal.ts";

/** What of a request its response is judged by. */
export interface Expected {
  /** `json` is HTTP 200; `any-json` is any 2xx, for what takes effect whatever the status says; `no-content` is 204. */
  expect: "json" | "any-json" | "no-content";
  /** Whether an empty body will do in place of JSON. */
  mayBeEmpty?: boolean;
  /** Sent as `Fastly-Key`. */
  key?: string | undefined;
  /** The key's ID, where it is known: a response that says that the key has expired must be about this one. */
  keyId?: string | undefined;
  /** What of the request must not come back in an error, beside the key. Asked only where there is an error. */
  secrets?: () => readonly string[];
}

/**
 * Judges a response that was read.
 *
 * @throws {FastlyError} for every response but the expected one
 */
export function readResponse(
  response: HttpResponse,
  call: Expected,
  operation: string,
  clock: Clock,
): JsonResponse {
  const { status } = response;
  if (!isExpected(status, call.expect)) {
    const secrets = [...(call.secrets?.() ?? []), ...(call.key === undefined ? [] : [call.key])];
    throw refusal(response, operation, secrets, clock.now(), call.keyId);
  }
  const isEmpty = response.body.trim() === "";
  if (call.expect === "no-content" && announcesBody(response))
    throw malformed({ operation, status }, `HTTP ${status} that announces a body`);
  if (call.expect === "no-content" || (isEmpty && call.mayBeEmpty)) return { operation, status, json: {} };
  try {
    return { operation, status, json: JSON.parse(response.body.replace(/^\ufeff/, "")) };
  } catch {
    // The parser's own error quotes the body, which may hold a token.
    const body = isEmpty ? "an empty body" : "a body that is not JSON";
    throw malformed({ operation, status }, `HTTP ${status} with ${body}`);
  }
}

function isExpected(status: number, expect: Expected["expect"]): boolean {
  if (expect === "any-json") return status >= 200 && status < 300;
  return status === (expect === "json" ? 200 : 204);
}

/** Fastly's own 204 has none; what somebody else wrote in its place may. */
function announcesBody({ headers }: HttpResponse): boolean {
  return Number(headers["content-length"] ?? 0) !== 0 || /html/i.test(headers["content-type"] ?? "");
}
