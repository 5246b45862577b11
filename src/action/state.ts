import * as core from "@actions/core";
import { type Journal, parseJournal } from "../token/journal.ts";

/* What main leaves for post in the runner's state file, which survives main even when it is killed. */

const key = "journal";

/** Where the tokens were asked for, and what became of each. */
export interface SavedJournal {
  apiUrl: string;
  journal: Journal;
}

export function saveJournal(apiUrl: string): (journal: Journal) => void {
  return (journal) => core.saveState(key, { apiUrl, ...journal });
}

export type Saved = ({ kind: "saved" } & SavedJournal) | { kind: "none" } | { kind: "unreadable" };

export function readJournal(): Saved {
  const text = core.getState(key);
  if (text === "") return { kind: "none" };
  try {
    const value: { apiUrl?: unknown } = JSON.parse(text);
    const journal = parseJournal(value);
    if (journal && typeof value.apiUrl === "string") return { kind: "saved", apiUrl: value.apiUrl, journal };
    return { kind: "unreadable" };
  } catch {
    // Not what main wrote: the caller says so, without quoting it.
    return { kind: "unreadable" };
  }
}
