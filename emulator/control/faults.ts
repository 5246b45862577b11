import type { FastifyInstance } from "fastify";
import type { FaultRule } from "../faults/fault.ts";
import type { Faults } from "../faults/rules.ts";
import { faultRuleSchema } from "../faults/schema.ts";
import { BadControl } from "./bad-control.ts";

const patterns = /[:*]/;

export function faultControls(control: FastifyInstance, faults: Faults, routes: ReadonlySet<string>): void {
  control.post<{ Body: FaultRule }>("/faults", { schema: { body: faultRuleSchema } }, (request, reply) => {
    const { path } = request.body.match;
    // A pattern that is no route's would match nothing, and a test would pass for the wrong reason.
    if (patterns.test(path) && !routes.has(path)) throw new BadControl(`no route ${path}: ${[...routes]}`);
    faults.add(request.body);
    reply.code(204).send();
  });

  control.delete("/faults", (_request, reply) => {
    faults.clear();
    reply.code(204).send();
  });
}
