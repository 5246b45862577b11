/* Preloaded into the processes that scripts/bench-broker.ts measures: answers what was used so far. */

export type Question = "processor" | "memory";

export interface Usage {
  processorMs: number;
  residentMiB: number;
  heapMiB: number;
}

process.on("message", (question: Question) => {
  const { user, system } = process.cpuUsage();
  // What is garbage is not memory that is kept; to collect it is not the work of any exchange.
  if (question === "memory") globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const usage: Usage = {
    processorMs: (user + system) / 1000,
    residentMiB: rss / 2 ** 20,
    heapMiB: heapUsed / 2 ** 20,
  };
  process.send?.(usage);
});
process.channel?.unref();
