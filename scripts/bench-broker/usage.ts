/* Preloaded into the processes that scripts/bench-broker.ts measures: answers each message with what was used so far. */

export interface Usage {
  cpuMs: number;
  rssMiB: number;
  heapMiB: number;
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  // What is garbage is not memory that is kept.
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const usage: Usage = { cpuMs: (user + system) / 1000, rssMiB: rss / 2 ** 20, heapMiB: heapUsed / 2 ** 20 };
  process.send?.(usage);
});
process.channel?.unref();
