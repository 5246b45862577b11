import * as core from "@actions/core";
import { isKey } from "../fastly/api.ts";
import { isId } from "../fastly/token.ts";
import type { Attempt, Fate, Journal } from "../token/journal.ts";

/* What main leaves for post in the runner's state file, which survives main even when it is killed. */

const key = "journal";

export function saveJournal(journal: Journal): void {
  core.saveState(key, journal);
}

export type SavedJournal = { kind: "saved"; journal: Journal } | { kind: "none" } | { kind: "unreadable" };

export function readJournal(): SavedJournal {
  const text = core.getState(key);
  if (text === "") return { kind: "none" };
  const journal = parseJournal(text);
  return journal ? { kind: "saved", journal } : { kind: "unreadable" };
}

function parseJournal(text: string): Journal | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJournal(value) ? value : undefined;
  } catch {
    // Not what main wrote: the caller tells so, without quoting it.
    return undefined;
  }
}

const credentials: readonly unknown[] = ["unheard", "accepted", "refused"] satisfies Journal["credentials"][];

function isJournal(value: unknown): value is Journal {
  if (!isObject(value)) return false;
  if (typeof value.apiUrl !== "string" || !credentials.includes(value.credentials)) return false;
  return Array.isArray(value.attempts) && value.attempts.every(isAttempt);
}

function isAttempt(value: unknown): value is Attempt {
  if (!isObject(value)) return false;
  return typeof value.name === "string" && typeof value.expiresAt === "string" && isFate(value.fate);
}

function isFate(value: unknown): value is Fate {
  if (!isObject(value)) return false;
  if (value.kind === "made" || value.kind === "handed-over")
    return isSendable(value.accessToken) && isIdOrNone(value.id);
  return value.kind === "unknown" || value.kind === "never-made" || value.kind === "ended";
}

function isSendable(value: unknown): boolean {
  return typeof value === "string" && isKey(value);
}

function isIdOrNone(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && isId(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
