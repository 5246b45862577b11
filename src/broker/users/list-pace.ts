/*
 * When a user's list is read again while somebody waits for room. Jobs end their tokens unannounced: a list that is read
 * too early is a request for nothing, and until one is read, a place that is free stays empty.
 */

/** What this needs of a list. Times are in milliseconds since 1970. */
export interface DatedList {
  askedAt: number;
  tokens: readonly { id: string; createdAt?: number }[];
}

/** How often the lists of one user are read. */
export interface ListPace {
  /** How long after the last list the next one is due, in milliseconds. */
  readonly pauseMs: number;
  /**
   * A list was read.
   *
   * @param ended how many tokens it showed to have ended
   * @param waiting how many wait for room
   */
  noteList(list: DatedList, ended: number, waiting: number): void;
}

/** So many tokens each list is to find ended. */
const wantedPerList = 10;
export const shortestPauseMs = 200;
const firstPauseMs = 500;
const longestPauseMs = 3_000;

export function createListPace(): ListPace {
  const lifetimes = observeLifetimes();
  let steadyMs = firstPauseMs;
  let pauseMs = firstPauseMs;

  return {
    get pauseMs() {
      return pauseMs;
    },
    noteList: (list, ended, waiting) => {
      lifetimes.note(list);
      const wanted = Math.max(1, Math.min(wantedPerList, waiting));
      const factor = ended === 0 ? 1.2 : Math.min(1.5, wanted / ended);
      steadyMs = bounded(steadyMs * factor);
      pauseMs = steadyMs;
      // Jobs that begin together end together: nothing is asked before, and often then.
      const untilUsual = lifetimes.untilUsual(wanted);
      if (untilUsual <= 0) return;
      steadyMs = shortestPauseMs;
      pauseMs = bounded(untilUsual);
    },
  };
}

function bounded(ms: number): number {
  return Math.max(shortestPauseMs, Math.min(longestPauseMs, ms));
}

const fewestKnown = 5;
const mostKnown = 50;
/** Between lists that are further apart, nobody knows when a token ended. */
const farthestApartMs = 10_000;

/**
 * How long a user's tokens live at least, as far as lists show it: those on one and not on the next ended after it. With
 * more than that, one list that came late would make the next ones late as well.
 */
function observeLifetimes() {
  /** The last ones, in milliseconds. */
  const known: number[] = [];
  let last: DatedList | undefined;

  function note(list: DatedList): void {
    const before = last;
    last = list;
    if (!before || list.askedAt - before.askedAt > farthestApartMs) return;
    const listed = new Set(list.tokens.map(({ id }) => id));
    for (const { id, createdAt } of before.tokens)
      if (createdAt !== undefined && !listed.has(id)) known.push(before.askedAt - createdAt);
    known.splice(0, Math.max(0, known.length - mostKnown));
  }

  /** @returns in how many milliseconds so many of the listed tokens will be as old as a quarter of them do not get */
  function untilUsual(count: number): number {
    const usual = known.toSorted((one, other) => one - other)[known.length >> 2];
    const born = last?.tokens
      .flatMap(({ createdAt }) => createdAt ?? [])
      .toSorted((one, other) => one - other);
    const bornAt = born?.[Math.min(count, born.length) - 1];
    if (!last || usual === undefined || bornAt === undefined || known.length < fewestKnown) return 0;
    return bornAt + usual - last.askedAt;
  }

  return { note, untilUsual };
}
