import type { FastifyInstance, FastifyRequest } from "fastify";
import { timestamp } from "../../world/clock.ts";
import { currentVersion, type Service, type Version } from "../../world/services.ts";
import type { Token } from "../../world/tokens.ts";
import type { World } from "../../world/world.ts";
import { authenticate, authenticateWrite } from "../authentication.ts";
import { linkToNext, pageOf } from "../pages.ts";
import { coveredService, covers, requireRead, requireWrite } from "../permissions.ts";
import { formField } from "../requests.ts";

type ServiceParams = { Params: { id: string } };
type VersionParams = { Params: { id: string; version: string } };

/** Services and their versions: as much as a deployment asks of them. */
export function serviceRoutes(api: FastifyInstance, world: World): void {
  function reader(request: FastifyRequest): Token {
    const key = authenticate(world, request);
    requireRead(key);
    return key;
  }

  function versionRead(request: FastifyRequest<VersionParams>) {
    const service = coveredService(world, reader(request), request.params.id);
    return { service, version: world.services.version(service, Number(request.params.version)) };
  }

  api.get("/service", (request, reply) => {
    const key = reader(request);
    const { customer } = key.user;
    const covered = customer.services.filter((id) => covers(key, id));
    const { items, meta } = pageOf(request, covered);
    const next = linkToNext(request, meta);
    if (next) reply.header("link", next);
    reply.send(items.map((id) => listedService(world.services.find(customer, id))));
  });

  api.get<ServiceParams>("/service/:id", (request, reply) => {
    const service = coveredService(world, reader(request), request.params.id);
    reply.send({ ...serviceShape(service), paused: false, publish_key: "" });
  });

  api.get<ServiceParams>("/service/:id/details", (request, reply) => {
    const service = coveredService(world, reader(request), request.params.id);
    const current = currentVersion(service);
    reply.send({
      ...serviceShape(service),
      version: current ? versionDetails(service, current) : null,
      active_version: current?.active ? versionDetails(service, current) : null,
    });
  });

  api.get<ServiceParams>("/service/:id/version", (request, reply) => {
    const service = coveredService(world, reader(request), request.params.id);
    reply.send(service.versions.map((version) => versionShape(service, version)));
  });

  api.get<VersionParams>("/service/:id/version/:version", (request, reply) => {
    const { service, version } = versionRead(request);
    reply.send(versionShape(service, version));
  });

  api.get<VersionParams>("/service/:id/version/:version/domain", (request, reply) => {
    const { service, version } = versionRead(request);
    reply.send(domains(service, version));
  });

  api.put<VersionParams>("/service/:id/version/:version", (request, reply) => {
    const { service, version } = versionWrite(world, request, authenticateWrite(world, request, reply));
    version.comment = formField(request, "comment") ?? version.comment;
    reply.send(versionShape(service, version));
  });

  api.put<VersionParams>("/service/:id/version/:version/clone", (request, reply) => {
    const { service, version } = versionWrite(world, request, authenticateWrite(world, request, reply));
    reply.send(versionShape(service, world.services.clone(service, version)));
  });

  api.put<VersionParams>("/service/:id/version/:version/activate", (request, reply) => {
    const { service, version } = versionWrite(world, request, authenticateWrite(world, request, reply));
    world.services.activate(service, version);
    reply.send({ ...versionShape(service, version), msg: null });
  });
}

/** The version that a request with this key may change. */
export function versionWrite(world: World, { params }: { params: VersionParams["Params"] }, key: Token) {
  requireWrite(key);
  const service = coveredService(world, key, params.id);
  return { service, version: world.services.version(service, Number(params.version)) };
}

function versionShape(service: Service, version: Version) {
  return {
    service_id: service.id,
    number: version.number,
    comment: version.comment,
    active: version.active,
    locked: version.locked,
    deployed: false,
    staging: false,
    testing: false,
    environments: [],
    created_at: timestamp(version.createdAt),
    updated_at: timestamp(version.updatedAt),
    deleted_at: null,
  };
}

function versionDetails(service: Service, version: Version) {
  return {
    ...versionShape(service, version),
    backends: [],
    domains: domains(service, version),
    healthchecks: [],
  };
}

function domains(service: Service, version: Version) {
  return version.domains.map((name) => ({
    service_id: service.id,
    version: version.number,
    name,
    comment: "",
    created_at: timestamp(version.createdAt),
    updated_at: timestamp(version.createdAt),
    deleted_at: null,
  }));
}

function serviceShape(service: Service) {
  return {
    id: service.id,
    customer_id: service.customer.id,
    name: service.name,
    type: "wasm",
    comment: "",
    environments: [],
    created_at: timestamp(service.createdAt),
    updated_at: timestamp(service.createdAt),
    deleted_at: null,
    versions: service.versions.map((version) => versionShape(service, version)),
  };
}

function listedService(service: Service) {
  return { ...serviceShape(service), paused: false, version: currentVersion(service)?.number };
}
