import * as core from "@actions/core";
import { connectApi, deadlineIn, FastlyError, systemClock } from "../fastly/index.ts";
import { type Finding, sweepTokens } from "../lifecycle/sweep-tokens.ts";
import { readSweepInputs, type SweepInputs } from "./companion-inputs.ts";
import { askGitHub } from "./github-runs.ts";
import { hasSummaryFile } from "./inputs.ts";
import { fail, hide, info, warn } from "./log.ts";
import { summarizeSweep } from "./sweep-summary.ts";
import { fateWords, sweepProgress, totalsOf, totalsWords } from "./sweep-words.ts";
import { userAgent } from "./user-agent.ts";
import * as words from "./words.ts";

/** The `sweep` action: revokes what jobs left behind. */
export async function sweep(): Promise<void> {
  const read = await readSweepInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems));
  const { inputs } = read;
  const { order, access, helperName, github } = inputs;
  const deadline = deadlineIn(inputs.timeoutMs, systemClock);
  const api = connectApi({ ...inputs.api, userAgent, deadline });
  try {
    const helped = await sweepTokens(order, access, helperName, {
      api,
      deadline,
      clock: systemClock,
      random: Math.random,
      hide,
      say: (progress) => info(words.progress(progress)),
      askRun: github.token === "" ? undefined : askGitHub({ ...github, deadline }),
      tell: (progress) => info(sweepProgress(progress)),
    });
    if (helped.kind === "helped") await tell(helped.result, inputs);
    else fail(words.notMinted(helped.outcome));
    for (const stray of helped.strays) warn(words.ended(stray, systemClock.now()).text);
  } catch (error) {
    if (!(error instanceof FastlyError)) throw error;
    fail(`Nothing was swept. ${words.explain(error)}`);
  } finally {
    await api.close();
  }
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
  if (totals.failed > 0) fail(`${text} ${firstFailure(findings)}`);
  else info(text);
  if (summary && hasSummaryFile()) await summarizeSweep(findings, text, serverUrl);
}

function firstFailure(findings: readonly Finding[]): string {
  const failed = findings.find(({ fate }) => fate.kind === "failed");
  return failed ? `Token ${failed.token.id} ${fateWords(failed)}` : "";
}
