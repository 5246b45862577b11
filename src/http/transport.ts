import type { HttpError } from "./error.ts";
import type { Headers } from "./retry-delay.ts";
import type { Signal } from "./signal.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "DELETE" | "PUT";
  /** Path and query, from the root of the host. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; of a repeated header the first value. */
  headers: Headers;
  /** Decoded, without a byte-order mark. */
  body: string;
  /** false where the rest of the body is missing. */
  complete: boolean;
  /** Why the rest is missing, where it is. */
  failure?: HttpError;
}

export interface ExchangeLimits {
  /** For the whole exchange, from connecting to the last byte of the response, in milliseconds. */
  timeoutMs: number;
  /** The largest response that is read, in bytes after decoding. */
  maxBytes: number;
  signal?: Signal | undefined;
}

/**
 * A way to one host: a request in, a response out, within bounds. Redirects are never followed, and nothing is
 * sent before the first exchange, nor connected unless it is asked for. Every request asks for `Accept-Encoding: identity`; an encoded
 * response is decoded all the same.
 */
export interface Transport {
  /**
   * Sends one request and reads the response. A response whose head was read is returned even where the rest of its
   * body is lost or too large (`complete` is false then), because a refusal is a refusal, and the part that came may contain a token.
   *
   * @throws {HttpError} and nothing else
   */
  exchange(request: HttpRequest, limits: ExchangeLimits): Promise<HttpResponse>;
  /**
   * Begins to connect, where the next exchange is near. Nothing is sent. What fails here is tried anew, and reported, by
   * that exchange. Missing where connections are not this transport's own.
   */
  connect?(): void;
  /** Drops every connection, also one that is still being opened. Nothing may be sent afterwards. */
  close(): Promise<void>;
}
