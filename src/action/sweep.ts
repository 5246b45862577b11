import * as core from "@actions/core";
import type { HelperPorts } from "../token/helper-token.ts";
import { type Finding, type SweepProgress, sweepTokens } from "../token/sweep-tokens.ts";
import { readSweepInputs, type SweepInputs } from "./companion-inputs.ts";
import { askGitHub } from "./github-runs.ts";
import { withHelperPorts } from "./helper-ports.ts";
import { hasSummaryFile } from "./inputs/environment.ts";
import { fail, info, warn } from "./log.ts";
import { summarizeSweep } from "./sweep-summary.ts";
import { doubts, fateWords, sweepProgress, totalsOf, totalsWords } from "./sweep-words.ts";
import * as words from "./words.ts";

/** The `sweep` action: revokes what jobs left behind. */
export async function sweep(): Promise<void> {
  const read = await readSweepInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems, "Nothing was swept"));
  await withHelperPorts(read.inputs, (ports) => sweepWith(read.inputs, ports));
}

async function sweepWith(inputs: SweepInputs, ports: HelperPorts): Promise<void> {
  const { order, access, helperName, github } = inputs;
  const runs = github.token === "" ? undefined : await askGitHub({ ...github, ...ports });
  const tellProgress = (progress: SweepProgress) => info(sweepProgress(progress));
  const done = await sweepTokens(order, access, helperName, { ...ports, runs, tell: tellProgress }).finally(
    runs?.close,
  );
  if (done.kind !== "helped") fail(`Nothing was swept. ${words.noKeyToWorkWith(done)}`);
  else if (done.result.kind === "not-listed") fail(`Nothing was swept. ${words.explain(done.result.error)}`);
  else {
    for (const doubt of doubts(done.result)) warn(doubt);
    await tell(done.result.findings, inputs);
  }
  if (ports.signal?.aborted) fail(words.interrupted);
  for (const stray of done.strays) warn(words.ended(stray).text);
}

async function tell(findings: readonly Finding[], { order, summary, serverUrl }: SweepInputs): Promise<void> {
  const totals = totalsOf(findings);
  const sweptKind = order.dryRun ? "would-sweep" : "swept";
  const ids = findings.filter(({ fate }) => fate.kind === sweptKind).map(({ token }) => token.id);
  core.setOutput("swept", totals.swept);
  core.setOutput("kept", totals.kept + totals.wouldSweep);
  core.setOutput("failed", totals.failed);
  core.setOutput("token-ids", ids);
  const text = totalsWords(totals, order.dryRun);
  const failed = findings.find(({ fate }) => fate.kind === "failed");
  if (failed) fail(`${text} Token ${failed.token.id} ${fateWords(failed)}`);
  else info(text);
  if (summary && hasSummaryFile()) await summarizeSweep(findings, text, serverUrl);
}
