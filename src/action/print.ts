import { info, warn } from "./log.ts";
import type { Message } from "./words/index.ts";

/** Prints messages, each by its level. */
export function print(messages: readonly Message[], complain: (text: string) => void): void {
  const by = { info, warning: warn, problem: complain };
  for (const { level, text } of messages) by[level](text);
}
