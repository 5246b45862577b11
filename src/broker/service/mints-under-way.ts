import type { Clock } from "../../fastly/index.ts";

/** A mint that this process did or does, by its nonce: what `POST /v1/end` can know without asking Fastly. */
export interface Mint {
  run: string;
  /** Of the job that asked, where its JWT names it. */
  checkRunId: string | undefined;
  /** Ends its wait, as far as nothing was sent. */
  cancel: () => void;
  /** Resolves once nothing of it is under way any more. */
  done: Promise<void>;
  /** When it was over, by the machine's clock; undefined while it goes on. */
  endedAt: number | undefined;
}

export interface MintsUnderWay {
  begin(nonce: string, run: string, cancel: () => void, checkRunId?: string): { end: () => void };
  find(nonce: string, run: string): Mint | undefined;
  /** What goes on for a job, or for all jobs of a run attempt. */
  underWay(run: string, checkRunId: string | undefined): Mint[];
}

const keptMs = 15 * 60_000;
const most = 20_000;

export function mintsUnderWay(clock: Clock): MintsUnderWay {
  const mints = new Map<string, Mint>();
  const live = new Set<Mint>();

  function forgetOld(): void {
    for (const [key, { endedAt }] of mints) {
      const isOld = endedAt !== undefined && clock.now() - endedAt > keptMs;
      if (!isOld && mints.size <= most) return;
      mints.delete(key);
    }
  }

  return {
    begin: (nonce, run, cancel, checkRunId) => {
      forgetOld();
      let resolve = () => {};
      const done = new Promise<void>((settle) => {
        resolve = settle;
      });
      const mint: Mint = { run, checkRunId, cancel, done, endedAt: undefined };
      const key = `${nonce} ${run}`;
      mints.delete(key);
      mints.set(key, mint);
      live.add(mint);
      return {
        end: () => {
          mint.endedAt = clock.now();
          live.delete(mint);
          resolve();
        },
      };
    },
    find: (nonce, run) => mints.get(`${nonce} ${run}`),
    underWay: (run, checkRunId) =>
      [...live].filter((mint) => {
        return mint.run === run && (checkRunId === undefined || mint.checkRunId === checkRunId);
      }),
  };
}
