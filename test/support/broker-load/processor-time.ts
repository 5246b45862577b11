import { readFileSync } from "node:fs";

/** What the clock of `/proc` counts in, in milliseconds. */
const tickMs = 10;

/** Processor time that a process has used so far, in milliseconds. @returns 0 where the system does not say */
export function processorMs(pid: number): number {
  if (process.platform !== "linux") return 0;
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13);
  return (Number(user) + Number(system)) * tickMs;
}
