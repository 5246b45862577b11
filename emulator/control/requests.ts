import type { FastifyInstance } from "fastify";
import type { Journal, Phase } from "../world/journal.ts";
import { BadControl } from "./bad-control.ts";

const number = { type: "string", pattern: "^[0-9]{1,9}$" };

const requestsSchema = { type: "object", additionalProperties: false, properties: { after: number } };

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
  control.get<{ Querystring: { after?: string } }>(
    "/requests",
    { schema: { querystring: requestsSchema } },
    (request, reply) => {
      // Entries are numbered from 1.
      reply.send(journal.entries.slice(Number(request.query.after ?? 0)));
    },
  );

  control.get("/requests/last", (_request, reply) => {
    reply.send({ n: journal.entries.length });
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
