import type { FastlyError } from "../../src/fastly/index.ts";
import { refusal } from "../../src/fastly/refusal.ts";
import type { Signal } from "../../src/http/signal.ts";
import type { HttpRequest, HttpResponse, Transport } from "../../src/http/transport.ts";

/** One request of a check, which is sent once. */
export interface Ask {
  method: HttpRequest["method"];
  path: string;
  key?: string;
  form?: URLSearchParams;
  /** A body that is no form, with its content type. */
  body?: { type: string; text: string };
  otp?: string;
}

export interface Answer {
  method: HttpRequest["method"];
  /** Such as `POST /tokens`. */
  operation: string;
  status: number;
  headers: HttpResponse["headers"];
  body: string;
  /** Of the body, where that is JSON. */
  json: unknown;
  /** How the client reads a status of 300 and above. */
  error: FastlyError | undefined;
  /** Half a sentence: the status, and what Fastly says. */
  saw: string;
}

export interface ProbeOptions {
  transport: Transport;
  /** The path of the API's URL. */
  prefix: string;
  userAgent: string;
  /** What a careless server may send back. */
  secrets: readonly string[];
  signal: Signal;
}

const limits = { timeoutMs: 20_000, maxBytes: 16 * 1024 * 1024 };

/**
 * Sends one request, whatever the response is.
 *
 * @throws {HttpError} where there is none
 */
export async function probe(ask: Ask, options: ProbeOptions): Promise<Answer> {
  const { transport, prefix, signal } = options;
  const request = {
    method: ask.method,
    path: `${prefix}${ask.path}`,
    headers: headersOf(ask, options.userAgent),
  };
  const body = ask.form?.toString() ?? ask.body?.text;
  const response = await transport.exchange(body === undefined ? request : { ...request, body }, {
    ...limits,
    signal,
  });
  if (response.failure) throw response.failure;
  return answerOf(response, ask, options.secrets);
}

export function headersOf({ key, form, body, otp }: Ask, userAgent: string): Record<string, string> {
  const type = form ? "application/x-www-form-urlencoded" : body?.type;
  return {
    accept: "application/json",
    "user-agent": userAgent,
    ...(type === undefined ? {} : { "content-type": type }),
    ...(key === undefined ? {} : { "fastly-key": key }),
    ...(otp === undefined ? {} : { "fastly-otp": otp }),
  };
}

function answerOf(response: HttpResponse, ask: Ask, secrets: readonly string[]): Answer {
  const { status, headers, body } = response;
  const operation = `${ask.method} ${ask.path}`;
  const hidden = [...secrets, ...(ask.key === undefined ? [] : [ask.key])];
  const error = status >= 300 ? refusal(response, operation, hidden, Date.now()) : undefined;
  return {
    method: ask.method,
    operation,
    status,
    headers,
    body,
    json: parsed(body),
    error,
    saw: error?.reason ?? `HTTP ${status}`,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: whoever needs it says so.
    return undefined;
  }
}
