import { roughDuration } from "../../text/duration.ts";
import type { Finding, Grounds, SweepProgress, Swept, Verdict } from "../../token/sweep-tokens.ts";
import type { StatusProblem } from "../../token/token-status.ts";
import type { KeySource } from "../../token/with-key.ts";
import { problemWords } from "./problems.ts";

/** How many tokens the sweep dealt with, by what it did with them. */
export interface Totals {
  swept: number;
  wouldSweep: number;
  gone: number;
  kept: number;
  failed: number;
}

export function totalsOf(findings: readonly Finding[]): Totals {
  const totals: Totals = { swept: 0, wouldSweep: 0, gone: 0, kept: 0, failed: 0 };
  for (const { verdict } of findings) totals[columnOf(verdict)]++;
  return totals;
}

export function columnOf(verdict: Verdict): keyof Totals {
  if (verdict.kind === "would-sweep") return "wouldSweep";
  if (verdict.kind !== "revocation") return "kept";
  switch (verdict.status.kind) {
    case "revoked":
      return "swept";
    case "already-gone":
      return "gone";
    default:
      return "failed";
  }
}

/** Whether a token is among those that this sweep revoked, or would have revoked. */
export function isSwept({ verdict }: Finding): boolean {
  return ["swept", "wouldSweep"].includes(columnOf(verdict));
}

const ranks = ["failed", "run-unknown", "swept", "wouldSweep", "gone", "run-alive", "own-run", "too-young"];

/** What a person may have to act on comes first, and is left out last. */
export function byRank(findings: readonly Finding[]): Finding[] {
  const rank = ({ verdict }: Finding) => {
    const column = columnOf(verdict);
    return ranks.indexOf(column === "kept" ? verdict.kind : column);
  };
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

type Revoked = Extract<Verdict, { kind: "revocation" }>;

export function isFailed(finding: Finding): finding is Finding & { verdict: Revoked } {
  return columnOf(finding.verdict) === "failed";
}

export function sweepProgress(progress: SweepProgress): string {
  switch (progress.kind) {
    case "listed":
      return `Fastly lists ${counted(progress.all, "token")}. Found ${progress.ours} that this action created for these repositories and that have not expired.`;
    case "asked":
      return `Asked GitHub about ${progress.done} of ${counted(progress.all, "run")}.`;
    case "revoked":
      return `Processed ${progress.done} of ${counted(progress.all, "token")} to revoke.`;
  }
}

export const trustAgeUnused =
  "The input trust-age has no effect, because github-token is set: GitHub's responses decide. Remove trust-age or, to let age alone decide, set github-token to an empty string.";

export const byAgeAlone =
  "github-token is empty and trust-age is true, so age alone decides: tokens of jobs that are still running are revoked as well.";

export function totalsWords({ swept, wouldSweep, gone, kept, failed }: Totals, dryRun: boolean): string {
  const parts = dryRun
    ? [`would revoke ${counted(wouldSweep, "token")}`]
    : [`revoked ${counted(swept, "token")}`];
  if (gone > 0) parts.push(`found ${gone} already gone`);
  parts.push(`kept ${kept}`);
  if (failed > 0) parts.push(`failed to revoke ${failed}`);
  const text = `${parts.join(", ")}.`;
  return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The error of a sweep that could not revoke everything. */
export function failedWords(totals: Totals, { token, verdict }: Finding & { verdict: Revoked }): string {
  const { state, why } = failureOf(verdict);
  return `${totalsWords(totals, false)} Token ${token.id} ${state}. ${why}`;
}

/** Why the sweep does not know which tokens there are. */
export function notListed(problem: StatusProblem, keySource: KeySource): string {
  if (problem.kind !== "list-without-key" || keySource.kind !== "key") return problemWords(problem);
  return "Fastly's list of tokens could not be verified: it does not include the key in api-key, so others may be missing as well. If the key is an automation token, use a user's token instead, because no user's list includes automation tokens. Otherwise, check the input api-url, and whether a proxy answers in Fastly's place.";
}

/** What a sweep that succeeds should not keep to itself: tokens it could not read, and runs it knows nothing of. */
export function doubts({ findings, malformed }: Extract<Swept, { kind: "swept" }>): string[] {
  const [first] = malformed;
  const unread = `${counted(malformed.length, "token")} in Fastly's list could not be read and ${malformed.length === 1 ? "was" : "were"} skipped`;
  const reasons = findings.flatMap(({ verdict }) => (verdict.kind === "run-unknown" ? [verdict.why] : []));
  const whys = [...Map.groupBy(reasons, (why) => why)].map(([why, all]) => `${why} (${all.length})`);
  return [
    ...(first ? [`${unread} (${first.message}).`] : []),
    ...(reasons.length > 0
      ? [
          `Kept ${counted(reasons.length, "token")}, because GitHub did not confirm that ${reasons.length === 1 ? "its run is" : "their runs are"} over: ${whys.join("; ")}.`,
        ]
      : []),
  ];
}

const mostLines = 1_000;

export const findingsGroup = "What the sweep found";

/** A line for each token, for the log. */
export function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, mostLines).map((finding) => {
    const { token, name, ageMs } = finding;
    const attempt = name.runAttempt === "1" ? "" : `, attempt ${name.runAttempt}`;
    return `${token.id} (${name.job} of ${name.repository}, run ${name.runId}${attempt}, ${age(ageMs)} old): ${verdictWords(finding)}`;
  });
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, leftOut(more)] : lines;
}

/** The line that replaces tokens for which there is not enough room. */
export function leftOut(count: number): string {
  return count === 1
    ? "1 more token is not shown here; the totals include it."
    : `${count} more tokens are not shown here; the totals include them.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What was done with a token, and why, for a person. */
export function verdictWords({ verdict, ageMs }: Finding): string {
  switch (verdict.kind) {
    case "revocation":
      return revocationWords(verdict);
    case "would-sweep":
      return `would be revoked: ${groundsWords[verdict.grounds]}`;
    case "too-young":
      return `kept: only ${age(ageMs)} old`;
    case "own-run":
      return "kept: this run created it";
    case "run-alive":
      return `kept: its run is ${runStatusWords[verdict.status] ?? verdict.status}`;
    case "run-unknown":
      return `kept: ${verdict.why}`;
  }
}

const groundsWords: Readonly<Record<Grounds, string>> = {
  "run-over": "its run is over",
  age: "it is old enough, and age alone decides",
};

function revocationWords(verdict: Revoked): string {
  if (verdict.status.kind === "revoked") return `revoked: ${groundsWords[verdict.grounds]}`;
  if (verdict.status.kind === "already-gone") return "already gone: Fastly no longer lists it";
  const { state, why } = failureOf(verdict);
  return `${state}: ${why}`;
}

/** What there is to say of a token that the sweep could not revoke. */
function failureOf({ status }: Revoked): { state: string; why: string } {
  const why = "problem" in status ? problemWords(status.problem) : "Fastly does not know it.";
  return { state: status.kind === "still-alive" ? "was not revoked" : "may still be alive", why };
}

/** What a job reads of its run in GitHub's own pages; another word stands as it is. */
const runStatusWords: Readonly<Record<string, string>> = {
  queued: "queued",
  in_progress: "in progress",
  waiting: "waiting for approval",
  pending: "waiting for its turn",
  requested: "about to start",
  action_required: "waiting for approval",
};

export function age(ms: number): string {
  return ms < 60_000 ? "less than a minute" : roughDuration(ms);
}
