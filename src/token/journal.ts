/**
 * What main wrote down of each token it asked for, before and after asking, so that post can end every one
 * of them however main came to its end.
 */
export interface Journal {
  /** Where the tokens were asked for; a token is never sent anywhere else. */
  apiUrl: string;
  attempts: Attempt[];
  /** What Fastly said of the credentials. Sending refused ones once more could lock the account. */
  credentials: "unheard" | "accepted" | "refused";
}

export interface Attempt {
  /** The name that was asked for: a lost token is found by it. */
  name: string;
  /** When the token dies by itself, as asked for or, once that is known, as granted: ISO 8601, UTC. */
  expiresAt: string;
  fate: Fate;
}

export type Fate =
  /** Asked for, and no answer was read: it may exist. */
  | { kind: "unknown" }
  /** Refused, or never received: it does not exist. */
  | { kind: "never-made" }
  /** It exists, and the job does not have it. Its ID is missing where the rest of the answer was not believed. */
  | { kind: "made"; accessToken: string; id?: string }
  /** It exists, and the job has it. */
  | { kind: "handed-over"; accessToken: string; id: string }
  /** It existed, and main itself saw it end. */
  | { kind: "ended" };

/** Keeps a journal; `save` is called after each change and before anything else happens. */
export interface JournalKeeper {
  /** Writes down the intent to ask for a token, or to ask for it once more. */
  intend(name: string, expiresAt: string): void;
  /** Writes down what became of a token that was asked for. */
  record(name: string, fate: Fate, expiresAt?: string): void;
  /** Writes down what Fastly said of the credentials. */
  recordCredentials(verdict: "accepted" | "refused"): void;
}

export function keepJournal(apiUrl: string, save: (journal: Journal) => void): JournalKeeper {
  const journal: Journal = { apiUrl, attempts: [], credentials: "unheard" };

  function put(attempt: Attempt): void {
    const others = journal.attempts.filter(({ name }) => name !== attempt.name);
    journal.attempts = [...others, attempt];
    save(journal);
  }

  return {
    intend: (name, expiresAt) => put({ name, expiresAt, fate: { kind: "unknown" } }),
    recordCredentials: (verdict) => {
      journal.credentials = verdict;
      save(journal);
    },
    record: (name, fate, expiresAt) => {
      const known = journal.attempts.find((attempt) => attempt.name === name);
      if ("accessToken" in fate) journal.credentials = "accepted";
      if (known) put({ ...known, fate, expiresAt: expiresAt ?? known.expiresAt });
    },
  };
}
