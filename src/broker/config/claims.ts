/** Claims of GitHub's tokens that a rule may name, as its documentation lists them. */
export const matchableClaims = [
  "actor",
  "actor_id",
  "base_ref",
  "check_run_id",
  "enterprise",
  "enterprise_id",
  "environment",
  "environment_node_id",
  "event_name",
  "head_ref",
  "iss",
  "job_workflow_ref",
  "job_workflow_sha",
  "ref",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "repository_visibility",
  "run_attempt",
  "run_id",
  "run_number",
  "runner_environment",
  "sha",
  "workflow",
  "workflow_ref",
  "workflow_sha",
] as const;

/** IDs, which GitHub writes with digits alone. */
export const idClaims: readonly string[] = [
  "actor_id",
  "check_run_id",
  "enterprise_id",
  "repository_id",
  "repository_owner_id",
  "run_attempt",
  "run_id",
  "run_number",
];

/** Custom properties of a repository, where an organization adds them to its tokens. */
export function isPropertyClaim(claim: string): boolean {
  return /^repo_property_[A-Za-z0-9_$#-]{1,100}$/.test(claim);
}
