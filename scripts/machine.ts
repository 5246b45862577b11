import { availableParallelism, cpus, totalmem } from "node:os";

/** What a benchmark's figures were measured on. */
export function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, ${gibibytes} GiB; Node ${process.version}`;
}
