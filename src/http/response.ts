import { HttpError } from "./error.ts";
import type { Headers } from "./retry-delay.ts";
import type { ExchangeLimits, HttpRequest, HttpResponse } from "./transport.ts";

/* What every transport does alike. */

export interface Head {
  status: number;
  headers: Headers;
}

/** The headers of a request, with the encoding that every transport asks for. */
export function headersOf(request: HttpRequest): Record<string, string> {
  return { ...request.headers, "accept-encoding": "identity" };
}

/** Drops a byte-order mark. */
const decoder = new TextDecoder();

/** A response, or as much of it as came. */
export function responseOf(head: Head, body: Uint8Array, failure?: HttpError): HttpResponse {
  const text = decoder.decode(body);
  return { ...head, body: text, complete: failure === undefined, ...(failure ? { failure } : {}) };
}

/** Collects the bytes of a body, up to a limit. */
export class BodyBytes {
  #chunks: Uint8Array[] = [];
  #length = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns false where the limit is passed: what is over it is dropped */
  add(chunk: Uint8Array): boolean {
    const room = this.#most - this.#length;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#length += kept.length;
    return chunk.length <= room;
  }

  all(): Uint8Array {
    const [only] = this.#chunks;
    if (only && this.#chunks.length === 1) return only;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

export function tooLarge({ maxBytes }: ExchangeLimits): HttpError {
  return new HttpError({
    code: "response-too-large",
    reason: `the response has more than ${maxBytes} bytes`,
    sent: true,
  });
}

export function tooLate({ timeoutMs }: ExchangeLimits): HttpError {
  return new HttpError({
    code: "timed-out",
    reason: `no complete response within ${secondsOf(timeoutMs)}`,
    sent: true,
  });
}

export function interrupted(sent: boolean): HttpError {
  return new HttpError({ code: "aborted", reason: "was interrupted", sent });
}

/** @param code what the system or the library calls it: never a message, which may hold bytes of the response */
export function connectionLost(code: string): HttpError {
  const reason = `the connection broke before a complete response (${code})`;
  return new HttpError({ code: "connection-lost", reason, sent: true, cause: new Error(code) });
}

export function undecodable(): HttpError {
  const reason = "the response's content encoding could not be decoded";
  return new HttpError({ code: "connection-lost", reason, sent: true });
}

export function secondsOf(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
