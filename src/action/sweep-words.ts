import { formatDuration } from "../text/duration.ts";
import type { Finding, SweepProgress, Swept } from "../token/sweep-tokens.ts";
import { explain } from "./words.ts";

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
  for (const { fate } of findings) totals[columnOf(fate.kind)]++;
  return totals;
}

function columnOf(kind: Finding["fate"]["kind"]): keyof Totals {
  switch (kind) {
    case "swept":
    case "failed":
      return kind;
    case "would-sweep":
      return "wouldSweep";
    case "already-gone":
      return "gone";
    default:
      return "kept";
  }
}

export function sweepProgress(told: SweepProgress): string {
  switch (told.kind) {
    case "listed":
      return `Of ${told.all} tokens, ${told.ours} are this action's, of the repositories asked for, and not expired.`;
    case "asked":
      return `Asked GitHub about ${told.done} of ${told.all} runs.`;
    case "revoked":
      return `Dealt with ${told.done} of ${told.all} tokens whose run is over.`;
  }
}

export function totalsWords({ swept, wouldSweep, gone, kept, failed }: Totals, dryRun: boolean): string {
  const parts = dryRun ? [`would sweep ${wouldSweep}`] : [`swept ${swept}`];
  if (gone > 0) parts.push(`found ${gone} gone already`);
  const text = `${[...parts, `kept ${kept}`, `failed on ${failed}`].join(", ")}.`;
  return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a sweep that succeeds should not keep to itself: tokens it could not read, and runs it knows nothing of. */
export function doubts({ findings, odd }: Extract<Swept, { kind: "swept" }>): string[] {
  const unknown = findings.map(({ fate }) => fate).filter((fate) => fate.kind === "run-unknown");
  const [firstOdd] = odd;
  const [firstUnknown] = unknown;
  return [
    ...(firstOdd
      ? [
          `${odd.length} tokens in Fastly's list could not be read, and were left alone (${firstOdd.message}).`,
        ]
      : []),
    ...(firstUnknown
      ? [`Kept ${unknown.length} tokens, since nothing is known of their runs: ${firstUnknown.why}.`]
      : []),
  ];
}

/** What was done with a token, and why, for a person. */
export function fateWords({ fate, ageMs }: Finding): string {
  switch (fate.kind) {
    case "swept":
      return "swept: its run is over";
    case "would-sweep":
      return "would be swept: its run is over";
    case "already-gone":
      return "gone before the sweep came to it";
    case "too-young":
      return `kept: only ${age(ageMs)} old`;
    case "run-alive":
      return `kept: its run is ${fate.status}`;
    case "run-unknown":
      return `kept: ${fate.why}`;
    case "failed":
      return `failed: ${explain(fate.error)}`;
  }
}

const minute = 60_000;
const hour = 60 * minute;

/** To the minute, and to five minutes from an hour on. */
export function age(ms: number): string {
  const unit = ms < hour ? minute : hour / 12;
  return ms < minute ? "less than a minute" : formatDuration(Math.floor(ms / unit) * unit);
}
