import { closeWorker, openWorker, type Worker } from "./worker.ts";

/**
 * Works through a list on several workers at once, in its order.
 *
 * @returns the result of each item, as it comes, and the end of it all
 */
export function overWorkers<Item, Result>(
  count: number,
  items: readonly Item[],
  work: (item: Item, worker: Worker) => Promise<Result>,
): { results: Map<Item, Promise<Result>>; over: Promise<void> } {
  const pending = new Map(items.map((item) => [item, Promise.withResolvers<Result>()]));
  const queue = pending.entries();

  async function runLane(): Promise<void> {
    const worker = await openWorker();
    for (const [item, { resolve, reject }] of queue) await work(item, worker).then(resolve, reject);
    await closeWorker(worker);
  }

  const workers = Array.from({ length: count }, runLane);
  const over = Promise.allSettled(workers).then((ends) => {
    // Workers that could not be opened leave their share to the others; the last one cannot.
    const broken = ends.find((end) => end.status === "rejected");
    for (const [, { reject }] of queue) reject(broken?.reason);
  });
  const results = new Map([...pending].map(([item, { promise }]) => [item, promise]));
  // Whoever asks for a result hears of its failure; until then it is nobody's.
  for (const result of results.values()) result.catch(() => {});
  return { results, over };
}
