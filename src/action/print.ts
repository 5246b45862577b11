import type { Progress } from "../token/minting.ts";
import { infoAll, progress, warn } from "./log.ts";
import { progress as progressWords } from "./words/progress.ts";
import type { Message } from "./words/statuses.ts";

/**
 * Prints what became of tokens: what went well first, and what a person should look at last.
 *
 * @param group over what went well, where that is more than a few lines
 */
export function print(messages: readonly Message[], complain: (text: string) => void, group: string): void {
  infoAll(
    group,
    messages.filter(({ level }) => level === "info").map(({ text }) => text),
  );
  for (const { level, text } of messages) {
    if (level === "warning") warn(text);
    if (level === "problem") complain(text);
  }
}

/** Prints what minting has to report while it goes on. */
export function printProgress(reported: Progress): void {
  progress(progressWords(reported));
}
