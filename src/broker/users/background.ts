import { StoreUnavailable } from "../store/store.ts";

/** Work that is waited for before the end. */
export interface UnderWay {
  track<T>(work: Promise<T>): Promise<T>;
  /** For work that nobody waits for. It may find the store away: then a later list corrects what is known. */
  inBackground(work: Promise<unknown>): void;
  /** Resolves once there is none. */
  idle(): Promise<void>;
}

/** @param onFault called with what failed where nobody waits for it */
export function workUnderWay(onFault: (error: unknown) => void): UnderWay {
  const underWay = new Set<Promise<unknown>>();

  async function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  return {
    track,
    inBackground: (work) => {
      track(work).catch((error) => {
        if (!(error instanceof StoreUnavailable)) onFault(error);
      });
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
