import { inParallel } from "./in-parallel.ts";
import { type TokenName, unknownRun } from "./token-name.ts";

/** One attempt of a run, as a token's name tells it. */
export type Run = Pick<TokenName, "repository" | "runId" | "runAttempt">;

/** What is known of a run. Only a finished one's tokens are swept. */
export type RunState =
  | { kind: "finished" }
  | { kind: "alive"; status: string }
  | { kind: "unknown"; why: string };

/** What can be asked about runs. */
export interface RunQuestions {
  /** `not-found` may mean that the run is no more, or that it may not be seen. */
  askRun: (run: Run) => Promise<RunState | { kind: "not-found" }>;
  /** Whether the runs of a repository could be seen, if they were there. */
  canSee: (repository: string) => Promise<boolean>;
}

const askedAtOnce = 10;
const toldEvery = 500;

/**
 * Asks once for each run, several side by side. A run that is not found is finished only where the runs of
 * its repository can be seen.
 *
 * @returns states by `runKey`
 */
export async function askRuns(
  runs: readonly Run[],
  questions: RunQuestions,
  onProgress: (done: number, all: number) => void,
): Promise<Map<string, RunState>> {
  const distinct = new Map(runs.map((run) => [runKey(run), run]));
  const states = new Map<string, RunState>();
  const seen = new Set<string>();
  const notFound: Run[] = [];
  let done = 0;
  await inParallel([...distinct.values()], askedAtOnce, async (run) => {
    const state = isNamed(run) ? await questions.askRun(run) : unnamed;
    if (state.kind === "not-found") notFound.push(run);
    else states.set(runKey(run), state);
    if (state.kind === "finished" || state.kind === "alive") seen.add(run.repository.toLowerCase());
    if (++done % toldEvery === 0 || done === distinct.size) onProgress(done, distinct.size);
  });
  const byRepository = Map.groupBy(notFound, (run) => run.repository.toLowerCase());
  await inParallel([...byRepository], askedAtOnce, async ([repository, lost]) => {
    const state = await stateOfNotFound(repository, seen, questions);
    for (const run of lost) states.set(runKey(run), state);
  });
  return states;
}

const unnamed: RunState = { kind: "unknown", why: "its name does not say which run made it" };

function isNamed({ repository, runId }: Run): boolean {
  return repository !== unknownRun.repository && runId !== unknownRun.runId;
}

async function stateOfNotFound(
  repository: string,
  seen: ReadonlySet<string>,
  { canSee }: RunQuestions,
): Promise<RunState> {
  if (seen.has(repository) || (await canSee(repository))) return { kind: "finished" };
  return { kind: "unknown", why: "GitHub does not show this repository to github-token" };
}

export function runKey({ repository, runId, runAttempt }: Run): string {
  return `${repository.toLowerCase()}/${runId}/${runAttempt}`;
}
