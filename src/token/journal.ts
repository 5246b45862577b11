import { isAccessToken, isId } from "../fastly/shapes.ts";
import { isObject } from "../text/json-object.ts";
import { guardPassword, type PasswordGuard, type PasswordUse } from "./password-guard.ts";
import { hasNameKey } from "./token-name.ts";

/**
 * What main wrote down of each token it asked for, before and after asking, so that post can end every one
 * of them, however main ended.
 */
export interface Journal {
  attempts: Attempt[];
  password: PasswordUse;
}

export interface Attempt {
  /** The name that was asked for: a lost token is found by its beginning. */
  name: string;
  /** When it was asked for, in milliseconds since 1970 by the machine's clock. */
  askedAt: number;
  /** When the token expires, as asked for or, once that is known, as granted: ISO 8601, UTC; null for never. */
  expiresAt: string | null;
  status: AttemptStatus;
}

export type AttemptStatus =
  /** Asked for, and no response proved anything: it may exist. */
  | { kind: "unknown" }
  /** Fastly refused it, or the request never left: it does not exist. */
  | { kind: "never-created" }
  /** It exists, and the job does not have it. Its ID is missing where the rest of the response was rejected. */
  | { kind: "created"; accessToken: string; id?: string }
  /** It exists, and the job has it. */
  | { kind: "handed-over"; accessToken: string; id: string }
  /** It existed, and main itself saw it end. */
  | { kind: "ended" };

/** Keeps a journal; `save` is called after each change and before anything else happens. */
export interface JournalKeeper {
  /** Writes down the intent to ask for a token, or to ask for it once more. */
  intend(name: string, askedAt: number, expiresAt: string): void;
  /** Writes down what became of a token that was asked for. */
  record(name: string, status: AttemptStatus, expiresAt?: string | null): void;
  /** Whether a token that was asked for may exist without anybody having it. */
  hasLost(): boolean;
  readonly guard: PasswordGuard;
}

export const emptyJournal: Journal = { attempts: [], password: { verdict: "unheard", sends: 0 } };

export function keepJournal(save: (journal: Journal) => void, guard?: PasswordGuard): JournalKeeper {
  let journal = emptyJournal;

  function become(change: Partial<Journal>): void {
    journal = { ...journal, ...change };
    save(journal);
  }

  function put(attempt: Attempt): void {
    const others = journal.attempts.filter(({ name }) => name !== attempt.name);
    become({ attempts: [...others, attempt] });
  }

  return {
    guard: guard ?? guardPassword(journal.password, (password) => become({ password })),
    intend: (name, askedAt, expiresAt) => put({ name, askedAt, expiresAt, status: { kind: "unknown" } }),
    record: (name, status, expiresAt) => {
      const known = journal.attempts.find((attempt) => attempt.name === name);
      if (known) put({ ...known, status, expiresAt: expiresAt === undefined ? known.expiresAt : expiresAt });
    },
    hasLost: () => journal.attempts.some(({ status }) => status.kind === "unknown"),
  };
}

/** Reads a journal that was written as JSON. @returns undefined for what `keepJournal` does not write */
export function parseJournal(value: unknown): Journal | undefined {
  if (!isObject(value) || !isObject(value.password) || !Array.isArray(value.attempts)) return undefined;
  const { verdict, sends } = value.password;
  if (!["unheard", "accepted", "refused"].includes(String(verdict)) || !isCount(sends)) return undefined;
  return value.attempts.every(isAttempt) ? (value as unknown as Journal) : undefined;
}

function isAttempt(value: unknown): value is Attempt {
  if (
    !isObject(value) ||
    typeof value.name !== "string" ||
    !hasNameKey(value.name) ||
    !isCount(value.askedAt)
  )
    return false;
  return (value.expiresAt === null || typeof value.expiresAt === "string") && isStatus(value.status);
}

function isStatus(value: unknown): value is AttemptStatus {
  if (!isObject(value)) return false;
  const hasId = typeof value.id === "string" && isId(value.id);
  switch (value.kind) {
    case "created":
      return isToken(value.accessToken) && (value.id === undefined || hasId);
    case "handed-over":
      return isToken(value.accessToken) && hasId;
    default:
      return value.kind === "unknown" || value.kind === "never-created" || value.kind === "ended";
  }
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && isAccessToken(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
