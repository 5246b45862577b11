/** Longer than the room of requests that were killed stays taken, and than a job waits in a queue. */
const stallMs = 240_000;

/** Watches that jobs are served: a load that stands still fails, and says who waits for what. */
export function watchProgress() {
  const unserved = new Map<number, string>();
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(messageOf(unserved))), stallMs);
  return {
    stalled,
    /** A job asks for its token, or again after this refusal. */
    asks: (number: number, refusal = "no answer yet") => void unserved.set(number, refusal),
    isSettled: (number: number) => {
      unserved.delete(number);
      timer.refresh();
    },
    end: () => clearTimeout(timer),
  };
}

function messageOf(unserved: ReadonlyMap<number, string>): string {
  const jobs = [...unserved].map(([number, refusal]) => `job ${number}: ${refusal}`);
  return [
    `No job got a token for ${stallMs / 1000} s, and ${jobs.length} wait for one:`,
    ...jobs.slice(0, 20),
    ...(jobs.length > 20 ? [`and ${jobs.length - 20} more`] : []),
    ...(jobs.length === 0 ? ["All that asked were served, and do not end."] : []),
  ].join("\n");
}
