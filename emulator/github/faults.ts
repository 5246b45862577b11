import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";

/** What a request meets. All that GitHub is asked here only reads, so it does not matter whether it happened. */
export type Fault =
  /** Waits, then responds as usual. */
  | { kind: "delay"; ms: number }
  /** Ends the connection without a response. */
  | { kind: "cut" }
  /** Never responds. */
  | { kind: "stall" }
  /** The true response, made so large with white space after it. */
  | { kind: "pad"; bytes: number }
  /** Responds with something else. */
  | { kind: "respond"; status: number; headers?: Record<string, string>; body?: string };

export type FaultRule = {
  /** A path, or a route's pattern such as `/42//idtoken/:plan/:job`. */
  path: string;
  /** Requests that it lets pass first. */
  skip?: number;
  times: number | "always";
  fault: Fault;
};

const count = { type: "integer", minimum: 0 };

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
  required: ["path", "times", "fault"],
  properties: {
    path: { type: "string", pattern: "^/" },
    skip: count,
    times: { anyOf: [{ type: "integer", minimum: 1 }, { const: "always" }] },
    fault: {
      oneOf: [
        faultSchema("delay", { ms: count }, ["ms"]),
        faultSchema("cut", {}, []),
        faultSchema("stall", {}, []),
        faultSchema("pad", { bytes: count }, ["bytes"]),
        faultSchema(
          "respond",
          {
            status: { type: "integer", minimum: 200, maximum: 599 },
            headers: { type: "object", additionalProperties: { type: "string" } },
            body: { type: "string" },
          },
          ["status"],
        ),
      ],
    },
  },
};

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  const rules: { path: string; skip: number; left: number; fault: Fault }[] = [];

  return {
    add({ path, skip = 0, times, fault }: FaultRule): void {
      rules.push({ path, skip, left: times === "always" ? Number.POSITIVE_INFINITY : times, fault });
    },
    clear(): void {
      rules.length = 0;
    },
    /** Of the oldest rule that names the request and is neither skipping nor used up. */
    take(paths: readonly (string | undefined)[]): Fault | undefined {
      const rule = rules.find(({ path, left }) => left > 0 && paths.includes(path));
      if (!rule) return undefined;
      if (rule.skip > 0) {
        rule.skip -= 1;
        return undefined;
      }
      rule.left -= 1;
      return rule.fault;
    },
  };
}

/** Meets the faults that replace a response. */
export async function injectBefore(fault: Fault | undefined, request: FastifyRequest, reply: FastifyReply) {
  switch (fault?.kind) {
    case "delay":
      await sleep(fault.ms);
      return;
    case "cut":
      reply.hijack();
      request.socket.destroy();
      return;
    case "stall":
      reply.hijack();
      return;
    case "respond":
      await reply
        .code(fault.status)
        .headers({ "content-type": "application/json; charset=utf-8", ...fault.headers })
        .send(fault.body ?? "");
      return;
  }
}

/** The response with white space after it, which leaves JSON what it is. In pieces, as long as somebody reads them. */
export async function* padded(response: string, bytes: number): AsyncGenerator<string> {
  yield response;
  const piece = " ".repeat(64 * 1024);
  for (let left = bytes - response.length; left > 0; left -= piece.length) yield piece.slice(0, left);
}
