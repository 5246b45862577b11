import { fail } from "./log.ts";
import { summarizeRefused } from "./summary/job-summary.ts";

/**
 * Fails a step that could not do what it is for.
 *
 * @param outcome in a few words: the error begins with it, and it is the summary's headline
 * @param why whole sentences
 */
export function refuse(outcome: string, why: string, hasSummary: boolean): void {
  fail(`${outcome}. ${why}`);
  if (hasSummary) summarizeRefused(outcome, why);
}
