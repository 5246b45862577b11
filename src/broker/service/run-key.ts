import type { RunIdentity } from "./identify.ts";

/** Two names of one run attempt have one key. GitHub takes names of owners and repositories in any case. */
export function runKeyOf({ server, repository, runId, runAttempt }: RunIdentity): string {
  return `${server}/${repository.toLowerCase()}/${runId}/${runAttempt}`;
}
