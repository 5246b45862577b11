import type { FastifyInstance } from "fastify";
import type { Journal, Phase } from "../world/journal.ts";
import { BadControl } from "./bad-control.ts";

const number = { type: "string", pattern: "^[0-9]{1,9}$" };

const nextRequestSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    method: { type: "string" },
    path: { type: "string" },
    phase: { enum: ["received", "committed", "answered"] },
    after: number,
    timeoutMs: number,
  },
};

type NextRequestQuery = {
  method?: string;
  path?: string;
  phase?: Phase;
  after?: string;
  timeoutMs?: string;
};

export function requestControls(control: FastifyInstance, journal: Journal): void {
  control.get("/requests", (_request, reply) => {
    reply.send(journal.entries);
  });

  control.get<{ Querystring: NextRequestQuery }>(
    "/requests/next",
    { schema: { querystring: nextRequestSchema } },
    async (request, reply) => {
      const { phase = "received", after = "0", timeoutMs = "10000", ...asked } = request.query;
      const entry = await journal.next({ ...asked, phase, after: Number(after) }, Number(timeoutMs));
      if (!entry) throw new BadControl(`no such request was ${phase} within ${timeoutMs} ms`);
      return reply.send(entry);
    },
  );
}
