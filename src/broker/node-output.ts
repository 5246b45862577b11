import { fstatSync, statSync } from "node:fs";
import { codeOf } from "../http/node-failures.ts";

/*
 * Whoever reads the standard streams may go away, and the disk behind them may be full. Neither may end a broker that
 * runs: what it says on standard error is then lost, and for the audit on standard output, see `node-audit.ts`.
 */
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** Writes to standard output. @returns why it could not, such as `ENOSPC` */
export function print(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(error ? codeOf(error) : undefined));
  });
}

/** Whether what is written there is kept nowhere. Node opens the null device in place of a stream that is closed. */
export function isDiscarded(descriptor: number): boolean {
  if (process.platform === "win32") return false;
  const stats = fstatSync(descriptor);
  return stats.isCharacterDevice() && stats.rdev === statSync("/dev/null").rdev;
}

/** Writes a line to standard error, where somebody reads it. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
