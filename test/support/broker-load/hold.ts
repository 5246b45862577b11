import { setTimeout as wait } from "node:timers/promises";

/** How long a job works with its token. */
export type Hold = {
  hold: () => Promise<void>;
  /** A job was refused its token, and will ask again. */
  onRefused: () => void;
  /** No job waits for a token any more. */
  release: () => void;
};

export function holdFor(ms: number): Hold {
  return { hold: () => wait(ms).then(() => {}), onRefused: () => {}, release: () => {} };
}

/**
 * Each job holds its token until so many others hold theirs, whatever the machine's speed: users stay nearly full. A job
 * that is refused makes one end: what an instance that was killed had taken may be all the room that was left.
 */
export function holdUntilOthers(most: number): Hold {
  const holding: (() => void)[] = [];
  let isReleased = false;
  return {
    hold: () =>
      new Promise((resolve) => {
        holding.push(resolve);
        if (isReleased) resolve();
        else if (holding.length > most) holding.shift()?.();
      }),
    onRefused: () => holding.shift()?.(),
    release: () => {
      isReleased = true;
      for (const resolve of holding.splice(0)) resolve();
    },
  };
}
