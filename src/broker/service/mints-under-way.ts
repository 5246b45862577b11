import type { Clock } from "../../fastly/index.ts";
import { attemptKeyOf, type RunIdentity, runKeyOf } from "./run-key.ts";

/** A mint that this process did or does, by its nonce: what `POST /v1/end` can know without asking Fastly. */
export interface Mint {
  readonly run: RunIdentity;
  /** Of the job that asked, where its JWT names it. */
  readonly checkRunId: string | undefined;
  /** Ends its wait, as far as nothing was sent. */
  cancel: () => void;
  /** Resolves once nothing of it is under way any more. */
  done: Promise<void>;
  /** When it was over, by the machine's clock; undefined while it goes on. */
  endedAt: number | undefined;
  /** Of the token that it made; undefined where none is known. */
  tokenId: string | undefined;
}

export interface BegunMint {
  made(tokenId: string): void;
  end(): void;
}

export interface MintsUnderWay {
  begin(nonce: string, run: RunIdentity, cancel: () => void, checkRunId?: string): BegunMint;
  find(nonce: string, run: RunIdentity): Mint | undefined;
  /** What goes on for a job, or for all jobs of a run attempt, whatever its repository is called by now. */
  underWay(run: RunIdentity, checkRunId: string | undefined): Mint[];
}

/** At least; and as long again where there are few. */
const keptMs = 15 * 60_000;
/** Of those that are over. */
const most = 20_000;

const over = Promise.resolve();
const nothing = () => {};

export function mintsUnderWay(clock: Clock): MintsUnderWay {
  const live = new Set<Mint>();
  let recent = new Map<string, Mint>();
  let older = new Map<string, Mint>();
  let turnedAt = clock.now();

  /** Forgets the older ones all at once, which costs less than to look for the oldest each time. */
  function forgetOld(): void {
    if (recent.size < most / 2 && clock.now() - turnedAt < keptMs) return;
    turnedAt = clock.now();
    const goOn = [...older].filter(([, { endedAt }]) => endedAt === undefined);
    older = recent;
    recent = new Map(goOn);
  }

  return {
    begin: (nonce, run, cancel, checkRunId) => {
      forgetOld();
      let resolve = nothing;
      const done = new Promise<void>((settle) => {
        resolve = settle;
      });
      const mint: Mint = { run, checkRunId, cancel, done, endedAt: undefined, tokenId: undefined };
      recent.set(keyOf(nonce, run), mint);
      live.add(mint);
      return {
        made: (tokenId) => {
          mint.tokenId = tokenId;
        },
        end: () => {
          live.delete(mint);
          // What is kept for long keeps nothing else alive.
          mint.endedAt = clock.now();
          mint.cancel = nothing;
          mint.done = over;
          resolve();
        },
      };
    },
    find: (nonce, run) => recent.get(keyOf(nonce, run)) ?? older.get(keyOf(nonce, run)),
    underWay: (run, checkRunId) => {
      const attempt = attemptKeyOf(run);
      return [...live].filter((mint) => {
        const isOfAttempt = attemptKeyOf(mint.run) === attempt;
        return isOfAttempt && (checkRunId === undefined || mint.checkRunId === checkRunId);
      });
    },
  };
}

function keyOf(nonce: string, run: RunIdentity): string {
  return `${nonce} ${runKeyOf(run)}`;
}
