/**
 * How far a request has come. `received`: it has been read in whole. `committed`: it has taken effect (or was
 * refused), and no byte of its response has left. `answered`: its response has left in whole.
 */
export type Phase = "received" | "committed" | "answered";

/** One request. It holds no secret, so that it may be printed. */
export type JournalEntry = {
  readonly n: number;
  /** On this machine's clock, whatever the emulator's says. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** The route's pattern, such as `/tokens/:id`; null where no route is. */
  readonly route: string | null;
  /** Whether the emulator knows no such route: its response then is nobody's. */
  readonly unknownRoute: boolean;
  readonly phases: Phase[];
  /** Of the response, once it has left in whole. */
  status: number | null;
  credential: "none" | "form" | "basic" | "key";
  /** Beside a key too, as `POST /sudo` does. */
  carriesPassword: boolean;
  /** Whether a username and password were refused: as wrong, or because the account is locked. */
  refusedCredentials: boolean;
  /** The token whose key was used, dead or alive. */
  tokenId?: string;
};

export type JournalQuery = { method?: string; path?: string; phase: Phase; after: number };

export type Journal = ReturnType<typeof createJournal>;

/** Whether a path that a test names is the request's own, or its route's pattern. */
export function namesPath(named: string, { path, route }: { path: string; route: string | null }): boolean {
  return named === path || named === route;
}

function matches(entry: JournalEntry, { method, path, phase, after }: JournalQuery): boolean {
  return (
    entry.n > after &&
    entry.phases.includes(phase) &&
    (method === undefined || method === entry.method) &&
    (path === undefined || namesPath(path, entry))
  );
}

export function createJournal() {
  const entries: JournalEntry[] = [];
  const waiting = new Set<{ query: JournalQuery; resolve(entry: JournalEntry): void }>();

  function reach(entry: JournalEntry, phase: Phase): void {
    entry.phases.push(phase);
    for (const waiter of waiting) {
      if (!matches(entry, waiter.query)) continue;
      waiting.delete(waiter);
      waiter.resolve(entry);
    }
  }

  return {
    entries,

    open(request: { method: string; path: string; route: string | null }): JournalEntry {
      const entry: JournalEntry = {
        n: entries.length + 1,
        at: new Date().toISOString(),
        ...request,
        unknownRoute: request.route === null,
        phases: [],
        status: null,
        credential: "none",
        carriesPassword: false,
        refusedCredentials: false,
      };
      entries.push(entry);
      return entry;
    },

    received: (entry: JournalEntry): void => reach(entry, "received"),
    committed: (entry: JournalEntry): void => reach(entry, "committed"),
    answered(entry: JournalEntry, status: number): void {
      entry.status = status;
      reach(entry, "answered");
    },

    /** The first request that is, or comes to be, as asked; undefined if none does in time. */
    next(query: JournalQuery, timeoutMs: number): Promise<JournalEntry | undefined> {
      const found = entries.find((entry) => matches(entry, query));
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => {
        const giveUp = setTimeout(() => {
          waiting.delete(waiter);
          resolve(undefined);
        }, timeoutMs);
        const waiter = {
          query,
          resolve(entry: JournalEntry) {
            clearTimeout(giveUp);
            resolve(entry);
          },
        };
        waiting.add(waiter);
      });
    },
  };
}
