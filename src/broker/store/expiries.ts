/**
 * Keys and when they expire, in a binary heap: what has expired is found without a look at the rest. A key that is removed,
 * or added again, leaves its entry behind, which is passed over.
 */
export interface Expiries {
  add(key: string, until: number): void;
  /** Calls this with each key that has expired, the earliest first. */
  takeExpired(now: number, take: (key: string) => void): void;
  /** When the first key expires; infinite if none does. */
  first(): number;
}

interface Entry {
  key: string;
  until: number;
}

/** @param isCurrent whether a key still expires then, or was removed or added again */
export function expiries(isCurrent: (key: string, until: number) => boolean): Expiries {
  const heap: Entry[] = [];

  function add(key: string, until: number): void {
    if (until === Number.POSITIVE_INFINITY) return;
    let at = heap.push({ key, until }) - 1;
    for (let above = parentOf(at); at > 0 && untilAt(above) > until; above = parentOf(at)) {
      swap(at, above);
      at = above;
    }
  }

  function dropFirst(): void {
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = untilAt(left + 1) < untilAt(left) ? left + 1 : left;
      if (untilAt(least) >= last.until) return;
      swap(at, least);
      at = least;
    }
  }

  const parentOf = (at: number) => (at - 1) >> 1;
  const untilAt = (at: number) => heap[at]?.until ?? Number.POSITIVE_INFINITY;

  function swap(one: number, other: number): void {
    [heap[one], heap[other]] = [heap[other] as Entry, heap[one] as Entry];
  }

  return {
    add,
    takeExpired: (now, take) => {
      for (let first = heap[0]; first && first.until <= now; first = heap[0]) {
        dropFirst();
        if (isCurrent(first.key, first.until)) take(first.key);
      }
    },
    first: () => {
      for (let first = heap[0]; first; first = heap[0]) {
        if (isCurrent(first.key, first.until)) return first.until;
        dropFirst();
      }
      return Number.POSITIVE_INFINITY;
    },
  };
}
