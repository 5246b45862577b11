import { fail } from "./log.ts";
import { summarizeRefused } from "./summary/job-summary.ts";

/**
 * Fails a step that could not do what it is for.
 *
 * @param outcome in a few words, for the summary's headline
 */
export function refuse(outcome: string, text: string, hasSummary: boolean): void {
  fail(text);
  if (hasSummary) summarizeRefused(outcome, text);
}
