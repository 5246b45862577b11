import { namesPath } from "./journal.ts";

/** `before`: the operation did not happen. `after`: it did, and its true answer is lost. */
export type When = "before" | "after";

export type Fault =
  /** Waits, then does all as usual. */
  | { kind: "delay"; ms: number }
  /** Ends the connection without an answer. */
  | { kind: "cut"; when: When }
  /** Never answers. */
  | { kind: "stall"; when: When }
  /** Sends the true answer's body byte by byte, or its head where it has no body. */
  | { kind: "drip"; when: "after"; everyMs: number }
  /** Promises the whole of the true answer, sends half of its body (or head), and ends the connection. */
  | { kind: "truncate" }
  /** Answers something else. */
  | {
      kind: "answer";
      when: When;
      status: number;
      headers?: Record<string, string>;
      body?: string;
      contentType?: string;
    };

export type FaultRule = {
  /** `path` is a path, or a route's pattern such as `/tokens/:id`, which does not mean `/tokens/self`. */
  match: { method: string; path: string; skip?: number };
  times: number | "always";
  fault: Fault;
};

const milliseconds = { type: "integer", minimum: 0 };
const when = { enum: ["before", "after"] };

function faultSchema(kind: Fault["kind"], properties: object, required: string[]) {
  return {
    type: "object",
    additionalProperties: false,
    required: ["kind", ...required],
    properties: { kind: { const: kind }, ...properties },
  };
}

export const faultRuleSchema = {
  type: "object",
  additionalProperties: false,
  required: ["match", "times", "fault"],
  properties: {
    match: {
      type: "object",
      additionalProperties: false,
      required: ["method", "path"],
      properties: {
        method: { type: "string" },
        path: { type: "string", pattern: "^/" },
        skip: { type: "integer", minimum: 0 },
      },
    },
    times: { anyOf: [{ type: "integer", minimum: 1 }, { const: "always" }] },
    fault: {
      oneOf: [
        faultSchema("delay", { ms: milliseconds }, ["ms"]),
        faultSchema("cut", { when }, ["when"]),
        faultSchema("stall", { when }, ["when"]),
        faultSchema("drip", { when: { const: "after" }, everyMs: milliseconds }, ["when", "everyMs"]),
        faultSchema("truncate", {}, []),
        faultSchema(
          "answer",
          {
            when,
            status: { type: "integer", minimum: 200, maximum: 599 },
            headers: { type: "object", additionalProperties: { type: "string" } },
            body: { type: "string" },
            contentType: { type: "string" },
          },
          ["when", "status"],
        ),
      ],
    },
  },
};

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  const rules: { method: string; path: string; skip: number; left: number; fault: Fault }[] = [];

  return {
    add({ match, times, fault }: FaultRule): void {
      const left = times === "always" ? Number.POSITIVE_INFINITY : times;
      rules.push({ method: match.method, path: match.path, skip: match.skip ?? 0, left, fault });
    },

    clear(): void {
      rules.length = 0;
    },

    /** The fault this request meets: of the oldest rule that names it and is neither skipping nor used up. */
    take(request: { method: string; path: string; route: string | null }): Fault | null {
      let fault: Fault | null = null;
      for (const rule of rules) {
        if (rule.method !== request.method || !namesPath(rule.path, request)) continue;
        if (rule.skip > 0) {
          rule.skip -= 1;
        } else if (fault === null && rule.left > 0) {
          rule.left -= 1;
          fault = rule.fault;
        }
      }
      return fault;
    },
  };
}
