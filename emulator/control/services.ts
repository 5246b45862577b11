import type { FastifyInstance } from "fastify";
import type { Services } from "../world/services.ts";

export type ServiceReport = {
  id: string;
  versions: { number: number; active: boolean; comment: string; package: string | null }[];
};

/** What a deployment came to. A package is identified by its SHA-512. */
export function serviceControls(control: FastifyInstance, services: Services): void {
  control.get("/services", (_request, reply) => {
    const response: ServiceReport[] = services.all().map(({ id, versions }) => ({
      id,
      versions: versions.map(({ number, active, comment, package: uploaded }) => ({
        number,
        active,
        comment,
        package: uploaded?.hashsum ?? null,
      })),
    }));
    reply.send(response);
  });
}
