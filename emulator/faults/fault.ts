import type { Encoding } from "./encoding.ts";

/** `before`: the operation did not happen. `after`: it did, and its true answer is lost. */
export type When = "before" | "after";

/** An answer that is not the operation's own. */
export type ForeignAnswer = {
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
   * waits for the true answer (`wait`), or for one that never comes (`stall`); or it meets, at once, the end of
   * the connection (`cut`) or a foreign answer.
   */
  | { kind: "late"; ms: number; meanwhile: "wait" | "stall" | "cut" | ForeignAnswer }
  /** Ends the connection without an answer. */
  | { kind: "cut"; when: When }
  /** Never answers. */
  | { kind: "stall"; when: When }
  /** Sends the true answer's body byte by byte, or its head where it has no body. */
  | { kind: "drip"; when: "after"; everyMs: number }
  /** Promises the whole of the true answer, sends half of its body (or head), and ends the connection. */
  | { kind: "truncate" }
  /** Answers something else. */
  | ({ kind: "answer"; when: When } & ForeignAnswer)
  /** Sends these informational answers, and `ms` later the true one. */
  | { kind: "informational"; statuses: number[]; headers?: Record<string, string>; ms?: number }
  /** Encodes the true answer's body, whatever encodings the request accepts. */
  | { kind: "encode"; encoding: Encoding }
  /** Changes the true answer. */
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
