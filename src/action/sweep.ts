import * as core from "@actions/core";
import type { HelperPorts } from "../token/helper-token.ts";
import { type Finding, type SweepProgress, type Swept, sweepTokens } from "../token/sweep-tokens.ts";
import type { WithKey } from "../token/with-key.ts";
import { type GitHubInputs, readSweepInputs, type SweepInputs } from "./companion-inputs.ts";
import { askGitHub } from "./github-runs.ts";
import { withHelperPorts } from "./helper-ports.ts";
import { hasSummaryFile } from "./inputs/environment.ts";
import { fail, info, warn } from "./log.ts";
import { summarizeSweep } from "./summary/sweep-summary.ts";
import * as words from "./words/index.ts";
import {
  byAgeAlone,
  doubts,
  isFailed,
  isSwept,
  sweepProgress,
  totalsOf,
  totalsWords,
  trustAgeUnused,
  verdictWords,
} from "./words/sweep.ts";

/** The `sweep` action: revokes what jobs left behind. */
export async function sweep(): Promise<void> {
  const read = await readSweepInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems, "Nothing was swept"));
  await withHelperPorts(read.inputs, (ports) => sweepWith(read.inputs, ports));
}

async function sweepWith(inputs: SweepInputs, ports: HelperPorts): Promise<void> {
  const { order, keySource, helperName, github } = inputs;
  const asking = await openAsking(github, ports);
  const onProgress = (progress: SweepProgress) => info(sweepProgress(progress));
  const sweep = { ...order, askRun: asking?.askRun, onProgress };
  const done = await sweepTokens(sweep, keySource, helperName, ports).finally(asking?.close);
  const problem = await conclude(done, inputs);
  if (problem !== undefined) fail(problem);
  else if (ports.signal?.aborted) fail(words.interrupted);
  if (done.leftovers.length > 0) warn(words.leftoverHelpers(done.leftovers, problem !== undefined));
}

function openAsking(github: GitHubInputs, ports: HelperPorts): ReturnType<typeof askGitHub> | undefined {
  if (github.kind === "trust-age") {
    info(byAgeAlone);
    return undefined;
  }
  if (github.trustAge) info(trustAgeUnused);
  return askGitHub({ ...github, bounds: ports.api.with({ signal: ports.signal }) });
}

/** @returns what went wrong */
async function conclude(done: WithKey<Swept>, inputs: SweepInputs): Promise<string | undefined> {
  if (done.kind !== "helped") return `Nothing was swept. ${words.noKeyToWorkWith(done)}`;
  const { result } = done;
  if (result.kind === "not-listed") return `Nothing was swept. ${words.explain(result.error)}`;
  for (const doubt of doubts(result)) warn(doubt);
  return concludeFindings(result.findings, inputs);
}

async function concludeFindings(
  findings: readonly Finding[],
  { order, summary, serverUrl }: SweepInputs,
): Promise<string | undefined> {
  const totals = totalsOf(findings);
  core.setOutput("swept", totals.swept);
  core.setOutput("kept", totals.kept + totals.wouldSweep);
  core.setOutput("failed", totals.failed);
  core.setOutput(
    "token-ids",
    findings
      .filter(isSwept)
      .map(({ token }) => token.id)
      .join(" "),
  );
  const text = totalsWords(totals, order.dryRun);
  if (summary && hasSummaryFile()) summarizeSweep(findings, totals, order.dryRun, serverUrl);
  const failed = findings.find(isFailed);
  if (failed) return `${text} Token ${failed.token.id} ${verdictWords(failed)}`;
  info(text);
  return undefined;
}
