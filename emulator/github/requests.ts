/** One request, without anything secret. */
export type LoggedRequest = {
  /** From 1. */
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Of the response, once it has left in whole. */
  status: number | null;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

export function createRequestLog() {
  const entries: LoggedRequest[] = [];
  const waiting = new Set<{ path: string; resolve(entry: LoggedRequest): void }>();

  return {
    entries,

    open(method: string, url: string): LoggedRequest {
      const [path = "", query = ""] = url.split("?");
      const entry: LoggedRequest = { n: entries.length + 1, method, path, query, status: null };
      entries.push(entry);
      for (const waiter of waiting) if (waiter.path === path) waiter.resolve(entry);
      return entry;
    },

    /** The first request for that path after number `after`, once it has come; undefined if none does in time. */
    next(path: string, after: number, timeoutMs: number): Promise<LoggedRequest | undefined> {
      const found = entries.find((entry) => entry.n > after && entry.path === path);
      if (found) return Promise.resolve(found);
      return new Promise((resolve) => {
        const waiter = { path, resolve: settle };
        const giveUp = setTimeout(settle, timeoutMs);
        waiting.add(waiter);

        function settle(entry?: LoggedRequest): void {
          clearTimeout(giveUp);
          waiting.delete(waiter);
          resolve(entry);
        }
      });
    },
  };
}
