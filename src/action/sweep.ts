import type { HelperPorts } from "../token/helper-token.ts";
import { type SweepProgress, type Swept, sweepTokens } from "../token/sweep-tokens.ts";
import type { HelpedBy, WithKey } from "../token/with-key.ts";
import { sweptAudit } from "./audit.ts";
import { type GitHubInputs, readSweepInputs, type SweepInputs } from "./companion-inputs.ts";
import { askGitHub } from "./github-runs.ts";
import { openHelperPorts } from "./helper-ports.ts";
import { hasSummaryFile } from "./inputs/environment.ts";
import { valueOr } from "./inputs/input.ts";
import { readSummary } from "./inputs/settings.ts";
import { detail, fail, info, notice, progress, warn } from "./log.ts";
import { refuse } from "./refuse.ts";
import { setOutput } from "./runner-files.ts";
import { summarizeSweep } from "./summary/sweep-summary.ts";
import * as words from "./words/index.ts";
import {
  byAgeAlone,
  byRank,
  doubts,
  failedWords,
  findingLines,
  findingsGroup,
  isFailed,
  isSwept,
  notListed,
  sweepProgress,
  totalsOf,
  totalsWords,
  trustAgeUnused,
} from "./words/sweep.ts";

const nothing = "Nothing was swept";

/** The `sweep` action: revokes what jobs left behind. */
export async function sweep(): Promise<void> {
  const read = await readSweepInputs();
  if (read.kind === "invalid")
    return refuse(nothing, words.inputProblems(read.problems), valueOr(readSummary(), true));
  await sweepWith(read.inputs, openHelperPorts(read.inputs));
}

async function sweepWith(inputs: SweepInputs, ports: HelperPorts): Promise<void> {
  const { order, keySource, helperName, github } = inputs;
  const asking = await openAsking(github, ports);
  const onProgress = (reached: SweepProgress) => progress(sweepProgress(reached));
  const sweep = { ...order, askRun: asking?.askRun, onProgress };
  const done = await sweepTokens(sweep, keySource, helperName, ports).finally(asking?.close);
  const isExplained = conclude(done, inputs);
  if (!isExplained && ports.signal?.aborted) fail(words.interrupted);
  if (done.leftovers.length > 0) warn(words.leftoverHelpers(done.leftovers, isExplained));
}

function openAsking(github: GitHubInputs, ports: HelperPorts): ReturnType<typeof askGitHub> | undefined {
  if (github.kind === "trust-age") {
    info(byAgeAlone);
    return undefined;
  }
  if (github.trustAge) notice(trustAgeUnused);
  return askGitHub({ ...github, bounds: ports.api.with({ signal: ports.signal }) });
}

/** @returns whether it failed, and said why */
function conclude(done: WithKey<Swept>, inputs: SweepInputs): boolean {
  if (done.kind !== "helped") return refuseSweep(words.noKeyToWorkWith(done), inputs);
  const { result } = done;
  if (result.kind === "not-listed") return refuseSweep(notListed(result.problem, inputs.keySource), inputs);
  for (const line of findingLines(byRank(result.findings))) detail(findingsGroup, line);
  for (const doubt of doubts(result)) warn(doubt);
  return concludeFindings(result, done, inputs);
}

function refuseSweep(why: string, { summary }: SweepInputs): true {
  refuse(nothing, why, summary);
  return true;
}

function concludeFindings(
  { findings, malformed }: Extract<Swept, { kind: "swept" }>,
  by: HelpedBy,
  { order, summary, serverUrl, api }: SweepInputs,
): boolean {
  const { dryRun } = order;
  const ranked = byRank(findings);
  const totals = totalsOf(findings);
  const swept = findings.filter(isSwept).map(({ token }) => token.id);
  const outputs = {
    swept: totals.swept,
    kept: totals.kept + totals.wouldSweep,
    failed: totals.failed,
    "token-ids": swept.join(" "),
    audit: sweptAudit(ranked, { apiUrl: api.apiUrl, dryRun, unreadable: malformed.length, by }),
  };
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  if (summary && hasSummaryFile()) summarizeSweep(ranked, totals, dryRun, serverUrl);
  const failed = findings.find(isFailed);
  if (failed) fail(failedWords(totals, failed));
  else info(totalsWords(totals, dryRun));
  return failed !== undefined;
}
