import type { Edit, Fault, ForeignResponse } from "../../emulator/faults/fault.ts";

/* What a request to the emulator can meet: `emulator.inject("POST /tokens", cut("after"))`. */

type When = "before" | "after";
type More = Pick<ForeignResponse, "headers" | "contentType"> & { when?: When };

/**
 * Responds in the operation's place; it does not happen unless `when` is `after`.
 *
 * @param body an object is sent as JSON, text as a page unless `contentType` says otherwise
 */
export function respond(status: number, body: unknown = "", { when = "before", ...more }: More = {}) {
  const isText = typeof body === "string";
  const type = body === "" ? {} : { contentType: isText ? "text/html" : "application/json" };
  const text = isText ? body : JSON.stringify(body);
  return { kind: "respond" as const, when, status, body: text, ...type, ...more } satisfies Fault;
}

export function cut(when: When) {
  return { kind: "cut", when } satisfies Fault;
}

export function stall(when: When) {
  return { kind: "stall", when } satisfies Fault;
}

export function delay(ms: number) {
  return { kind: "delay", ms } satisfies Fault;
}

export function late(ms: number, meanwhile: Extract<Fault, { kind: "late" }>["meanwhile"]) {
  return { kind: "late", ms, meanwhile } satisfies Fault;
}

export function drip(everyMs: number) {
  return { kind: "drip", when: "after", everyMs } satisfies Fault;
}

export function truncate() {
  return { kind: "truncate" } satisfies Fault;
}

export function encode(encoding: Extract<Fault, { kind: "encode" }>["encoding"]) {
  return { kind: "encode", encoding } satisfies Fault;
}

export function inform(...statuses: number[]) {
  return { kind: "informational", statuses } satisfies Fault;
}

export function edit<Changes extends Omit<Edit, "kind">>(changes: Changes) {
  return { kind: "edit" as const, ...changes } satisfies Fault;
}
