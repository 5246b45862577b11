import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import pino from "pino";
import type { WriteAudit } from "./service/audit.ts";

/** While whoever reads the lines has no room for more. */
const pauseMs = 5;

/**
 * Writes audit lines to a file descriptor, standard output by default. What is decided in one turn of the event loop is
 * written together, since each write costs as much as the line itself.
 */
export function openAudit(descriptor = 1): WriteAudit {
  let lines: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  const log = pino(
    { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (text) => void lines.push(text) },
  );

  async function writeLines(before: Promise<void>): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    // That others failed says nothing of these.
    await before.catch(() => {});
    const text = lines.join("");
    lines = [];
    next = undefined;
    await writeAll(descriptor, text);
  }

  return (line) => {
    log.info(line);
    if (!next) {
      next = writeLines(last);
      last = next;
    }
    return next;
  };
}

async function writeAll(descriptor: number, text: string): Promise<void> {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await wait(pauseMs);
    }
  }
}
