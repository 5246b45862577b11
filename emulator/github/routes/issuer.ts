import type { FastifyInstance } from "fastify";
import type { IssuerPath } from "../issuers.ts";
import type { World } from "../world.ts";

/** Discovery and keys of each issuer, below its own path. */
export function issuerRoutes(github: FastifyInstance, world: World): void {
  const { issuers } = world;

  // A path of any depth may stand before `/.well-known/`.
  github.get<{ Params: { "*": string } }>("/*", (request, reply) => {
    const [path = ""] = request.url.split("?");
    const asked = /^(.*)\/\.well-known\/(openid-configuration|jwks)$/.exec(path);
    const ring = asked ? issuers.find(asked[1] ?? "") : undefined;
    if (!asked || !ring) return reply.callNotFound();
    const issuer: IssuerPath = asked[1] ?? "";
    return reply.send(
      asked[2] === "jwks" ? { keys: ring.published } : configurationOf(`${world.url}${issuer}`),
    );
  });
}

function configurationOf(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ["public", "pairwise"],
    response_types_supported: ["id_token"],
    claims_supported: [
      "sub",
      "aud",
      "exp",
      "iat",
      "iss",
      "jti",
      "nbf",
      "ref",
      "sha",
      "repository",
      "repository_id",
      "repository_owner",
      "repository_owner_id",
      "enterprise",
      "enterprise_id",
      "run_id",
      "run_number",
      "run_attempt",
      "check_run_id",
      "actor",
      "actor_id",
      "workflow",
      "workflow_ref",
      "workflow_sha",
      "head_ref",
      "base_ref",
      "event_name",
      "ref_type",
      "ref_protected",
      "environment",
      "job_workflow_ref",
      "job_workflow_sha",
      "repository_visibility",
      "runner_environment",
      "issuer_scope",
    ],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid"],
  };
}
