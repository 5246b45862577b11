import type { FastifyInstance, FastifyRequest } from "fastify";
import { timestamp } from "../../world/clock.ts";
import { Refusal } from "../../world/refusal.ts";
import type { Package, Service, Version } from "../../world/services.ts";
import type { World } from "../../world/world.ts";
import { authenticate, authenticateWrite } from "../authentication.ts";
import { readPackage } from "../package.ts";
import { coveredService, requireRead } from "../permissions.ts";
import { header } from "../requests.ts";
import { versionWrite } from "./services.ts";

type VersionParams = { Params: { id: string; version: string } };

const path = "/service/:id/version/:version/package";

/** What a Compute service runs. */
export function packageRoutes(api: FastifyInstance, world: World): void {
  api.get<VersionParams>(path, (request, reply) => {
    const key = authenticate(world, request);
    requireRead(key);
    const service = coveredService(world, key, request.params.id);
    const version = world.services.version(service, Number(request.params.version));
    if (!version.package) throw new Refusal("not_found");
    reply.send(packageShape(service, version, version.package));
  });

  api.put<VersionParams>(path, { bodyLimit: 100 * 1024 * 1024 }, async (request, reply) => {
    const { service, version } = versionWrite(world, request, authenticateWrite(world, request, reply));
    const uploaded = world.services.upload(version, readPackage(await uploadedFile(request)));
    return reply.send(packageShape(service, version, uploaded));
  });
}

/** The file of a multipart form's field `package`. */
async function uploadedFile(request: FastifyRequest): Promise<Buffer> {
  if (!Buffer.isBuffer(request.body)) throw new Refusal("unsupported_body");
  const form = await new Response(request.body, {
    headers: { "content-type": header(request, "content-type") ?? "" },
  })
    .formData()
    .catch(() => undefined);
  const file = form?.get("package");
  if (!file || typeof file === "string") throw new Refusal("malformed_package");
  return Buffer.from(await file.arrayBuffer());
}

function packageShape(service: Service, version: Version, uploaded: Package) {
  const { id, name, size, hashsum, filesHash, createdAt } = uploaded;
  return {
    id,
    service_id: service.id,
    version: version.number,
    metadata: { name, description: "", authors: [], language: "other", size, hashsum, files_hash: filesHash },
    created_at: timestamp(createdAt),
    updated_at: timestamp(createdAt),
    deleted_at: null,
  };
}
