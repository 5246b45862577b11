/** What GitHub says of a run, as its REST API lists it. */
export type RunStatus =
  | "completed"
  | "in_progress"
  | "pending"
  | "queued"
  | "requested"
  | "waiting"
  | "action_required";

export type KnownRun = {
  repository: string;
  runId: number | string;
  /** 1 by default. */
  attempt?: number | string;
  status: RunStatus;
  /** Of a completed run; `success` by default. */
  conclusion?: string;
};

export type Runs = ReturnType<typeof createRuns>;

export function createRuns() {
  const runs = new Map<string, KnownRun>();
  const repositories = new Set<string>();

  return {
    /** Makes runs known, and their repositories with them. */
    know(...known: KnownRun[]): void {
      for (const run of known) {
        runs.set(keyOf(run.repository, run.runId, run.attempt ?? 1), run);
        repositories.add(run.repository.toLowerCase());
      }
    },
    knowRepository: (fullName: string): void => void repositories.add(fullName.toLowerCase()),
    knowsRepository: (fullName: string): boolean => repositories.has(fullName.toLowerCase()),
    find: (repository: string, runId: string, attempt: string): KnownRun | undefined =>
      runs.get(keyOf(repository, runId, attempt)),
    forget(): void {
      runs.clear();
      repositories.clear();
    },
  };
}

function keyOf(repository: string, runId: number | string, attempt: number | string): string {
  return `${repository.toLowerCase()}/${runId}/${attempt}`;
}

/** As much of a run as whoever asks may lean on. */
export function runBody({
  repository,
  runId,
  attempt = 1,
  status,
  conclusion = "success",
}: KnownRun): object {
  return {
    id: Number(runId),
    name: "Deploy",
    event: "push",
    status,
    conclusion: status === "completed" ? conclusion : null,
    run_attempt: Number(attempt),
    html_url: `https://github.com/${repository}/actions/runs/${runId}`,
    repository: { full_name: repository },
  };
}
