import { encodings } from "./encoding.ts";
import type { Fault } from "./fault.ts";

const milliseconds = { type: "integer", minimum: 0 };
const when = { enum: ["before", "after"] };
const status = { type: "integer", minimum: 200, maximum: 599 };
const text = { type: "string" };
const headers = { type: "object", additionalProperties: text };
const foreignResponse = { status, headers, body: text, contentType: text };

function closed(properties: object, required: string[]) {
  return { type: "object", additionalProperties: false, required, properties };
}

function fault(kind: Fault["kind"], properties: object, required: string[] = []) {
  return closed({ kind: { const: kind }, ...properties }, ["kind", ...required]);
}

const faults = [
  fault("delay", { ms: milliseconds }, ["ms"]),
  fault(
    "late",
    {
      ms: milliseconds,
      meanwhile: { oneOf: [{ enum: ["wait", "stall", "cut"] }, closed(foreignResponse, ["status"])] },
    },
    ["ms", "meanwhile"],
  ),
  fault("cut", { when }, ["when"]),
  fault("stall", { when }, ["when"]),
  fault("drip", { when: { const: "after" }, everyMs: milliseconds }, ["when", "everyMs"]),
  fault("truncate", {}),
  fault("respond", { when, ...foreignResponse }, ["when", "status"]),
  fault(
    "informational",
    {
      // 101 would end HTTP on this connection.
      statuses: {
        type: "array",
        minItems: 1,
        items: { type: "integer", minimum: 100, maximum: 199, not: { const: 101 } },
      },
      headers,
      ms: milliseconds,
    },
    ["statuses"],
  ),
  fault("encode", { encoding: { enum: encodings } }, ["encoding"]),
  fault("edit", {
    status,
    headers: { type: "object", additionalProperties: { type: ["string", "null"] } },
    set: { type: "object" },
    drop: { type: "array", items: text },
    prefix: text,
    suffix: text,
  }),
];

export const faultRuleSchema = closed(
  {
    match: closed(
      { method: text, path: { type: "string", pattern: "^/" }, skip: { type: "integer", minimum: 0 } },
      ["method", "path"],
    ),
    times: { anyOf: [{ type: "integer", minimum: 1 }, { const: "always" }] },
    fault: { oneOf: faults },
  },
  ["match", "times", "fault"],
);
