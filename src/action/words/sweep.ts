import { roughDuration } from "../../text/duration.ts";
import type { Finding, SweepProgress, Swept, Verdict } from "../../token/sweep-tokens.ts";
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

const ranks = ["failed", "run-unknown", "swept", "wouldSweep", "gone", "run-alive", "too-young"];

/** What a person may have to act on comes first, and is left out last. */
export function byRank(findings: readonly Finding[]): Finding[] {
  const rank = ({ verdict }: Finding) => {
    const column = columnOf(verdict);
    return ranks.indexOf(column === "kept" ? verdict.kind : column);
  };
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

export function isFailed({ verdict }: Finding): boolean {
  return columnOf(verdict) === "failed";
}

export function sweepProgress(progress: SweepProgress): string {
  switch (progress.kind) {
    case "listed":
      return `Of ${counted(progress.all, "token")}, ${progress.ours} are this action's, of these repositories, and not expired.`;
    case "asked":
      return `Asked GitHub about ${progress.done} of ${counted(progress.all, "run")}.`;
    case "revoked":
      return `Dealt with ${progress.done} of ${counted(progress.all, "token")} whose run is over.`;
  }
}

export const trustAgeUnused =
  "trust-age has no effect here, because there is a github-token: GitHub's responses decide.";

export const byAgeAlone =
  "No github-token is given and trust-age is true: the age of each token decides alone, whether or not its job is still running.";

export function totalsWords({ swept, wouldSweep, gone, kept, failed }: Totals, dryRun: boolean): string {
  const parts = dryRun ? [`would sweep ${wouldSweep}`] : [`swept ${swept}`];
  if (gone > 0) parts.push(`found ${gone} already gone`);
  const text = `${[...parts, `kept ${kept}`, `failed on ${failed}`].join(", ")}.`;
  return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a sweep that succeeds should not keep to itself: tokens it could not read, and runs it knows nothing of. */
export function doubts({ findings, malformed }: Extract<Swept, { kind: "swept" }>): string[] {
  const [first] = malformed;
  const unread = `${counted(malformed.length, "token")} in Fastly's list could not be read, and ${malformed.length === 1 ? "was" : "were"} left alone`;
  const reasons = findings.flatMap(({ verdict }) => (verdict.kind === "run-unknown" ? [verdict.why] : []));
  const whys = [...Map.groupBy(reasons, (why) => why)].map(([why, all]) => `${why} (${all.length})`);
  return [
    ...(first ? [`${unread} (${first.message}).`] : []),
    ...(reasons.length > 0
      ? [
          `Kept ${counted(reasons.length, "token")}, since nothing is known of their runs: ${whys.join("; ")}.`,
        ]
      : []),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What was done with a token, and why, for a person. */
export function verdictWords({ verdict, ageMs }: Finding): string {
  switch (verdict.kind) {
    case "revocation":
      return revocationWords(verdict.status);
    case "would-sweep":
      return "would be swept: its run is over";
    case "too-young":
      return `kept: only ${age(ageMs)} old`;
    case "run-alive":
      return `kept: its run is ${runStatusWords[verdict.status] ?? verdict.status}`;
    case "run-unknown":
      return `kept: ${verdict.why}`;
  }
}

function revocationWords(status: Extract<Verdict, { kind: "revocation" }>["status"]): string {
  switch (status.kind) {
    case "revoked":
      return "swept: its run is over";
    case "already-gone":
      return "already gone before the sweep came to it";
    case "not-known":
      return "failed: Fastly does not know it";
    case "still-alive":
    case "unknown":
      return `failed: ${problemWords(status.problem)}`;
  }
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
