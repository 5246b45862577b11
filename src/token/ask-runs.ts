import { inParallel } from "./in-parallel.ts";
import { type TokenName, unknownRun } from "./token-name.ts";

/** One attempt of a run, as a token's name has it. */
export type Run = Pick<TokenName, "repository" | "runId" | "runAttempt">;

/** What is known of a run. Only a finished one's tokens are swept. */
export type RunState =
  /** GitHub's response is about this very attempt, and says that it is completed. */
  { kind: "finished" } | { kind: "alive"; status: string } | { kind: "unknown"; why: string };

/** Asks GitHub about one attempt of a run. */
export type AskRun = (run: Run) => Promise<RunState>;

const askedAtOnce = 10;
const reportedEvery = 500;

/**
 * Asks once about each attempt, several side by side.
 *
 * @returns states by `runKey`
 */
export async function askRuns(
  runs: readonly Run[],
  askRun: AskRun,
  onProgress: (done: number, all: number) => void,
): Promise<Map<string, RunState>> {
  const distinct = new Map(runs.map((run) => [runKey(run), run]));
  const states = new Map<string, RunState>();
  await inParallel([...distinct], askedAtOnce, async ([key, run]) => {
    states.set(key, isNamed(run) ? await askRun(run) : unnamed);
    const done = states.size;
    if (done % reportedEvery === 0 || done === distinct.size) onProgress(done, distinct.size);
  });
  return states;
}

const unnamed: RunState = { kind: "unknown", why: "its name does not say which run created it" };

function isNamed({ repository, runId }: Run): boolean {
  return repository !== unknownRun.repository && runId !== unknownRun.runId;
}

export function runKey({ repository, runId, runAttempt }: Run): string {
  return `${repository.toLowerCase()}/${runId}/${runAttempt}`;
}
