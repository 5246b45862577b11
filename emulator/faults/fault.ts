import type { Encoding } from "./encoding.ts";

/** `before`: the operation did not happen. `after`: it did, and its true response is lost. */
export type When = "before" | "after";

/** A response that is not the operation's own. */
export type ForeignResponse = {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  contentType?: string;
};

export type Fault =
  /** Waits, then does all as usual. */
  | { kind: "delay"; ms: number }
  /**
   * The operation takes effect only after `ms`, whether or not the client is still there. Until then the client
   * waits for the true response (`wait`), or for one that never comes (`stall`); or it meets, at once, the end of
   * the connection (`cut`) or a foreign response.
   */
  | { kind: "late"; ms: number; meanwhile: "wait" | "stall" | "cut" | ForeignResponse }
  /** Ends the connection without a response. */
  | { kind: "cut"; when: When }
  /** Never responds. */
  | { kind: "stall"; when: When }
  /** Sends the true response's body byte by byte, or its head where it has no body. */
  | { kind: "drip"; when: "after"; everyMs: number }
  /** Promises the whole of the true response, sends half of its body (or head), and ends the connection. */
  | { kind: "truncate" }
  /** Responds with something else. */
  | ({ kind: "respond"; when: When } & ForeignResponse)
  /** Sends these informational responses, and `ms` later the true one. */
  | { kind: "informational"; statuses: number[]; headers?: Record<string, string>; ms?: number }
  /** Encodes the true response's body, whatever encodings the request accepts. */
  | { kind: "encode"; encoding: Encoding }
  /** Changes the true response. */
  | Edit;

export type Edit = {
  kind: "edit";
  status?: number;
  /** Null removes a header. */
  headers?: Record<string, string | null>;
  /** Fields of the body, or of each of its items where it is a list. */
  set?: Record<string, unknown>;
  drop?: string[];
  /** Text around the body, such as a byte-order mark before it. */
  prefix?: string;
  suffix?: string;
};

export type FaultRule = {
  /** `path` is a path, or a route's pattern such as `/tokens/:id`, which does not mean `/tokens/self`. */
  match: { method: string; path: string; skip?: number };
  times: number | "always";
  fault: Fault;
};
