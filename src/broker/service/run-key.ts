/** Which run asks, as the names of its tokens state it. */
export interface RunIdentity {
  server: string;
  repository: string;
  runId: string;
  runAttempt: string;
}

/** Two names of one run attempt have one key. GitHub takes names of owners and repositories in any case. */
export function runKeyOf({ server, repository, runId, runAttempt }: RunIdentity): string {
  return `${server}/${repository.toLowerCase()}/${runId}/${runAttempt}`;
}

/**
 * What stays the same where a repository is renamed during a run: a server gives the ID of a run to no other one,
 * whichever repository it belongs to.
 */
export function attemptKeyOf({ server, runId, runAttempt }: Omit<RunIdentity, "repository">): string {
  return `${server}/${runId}/${runAttempt}`;
}
