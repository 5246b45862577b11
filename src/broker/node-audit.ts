import { write } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import pino from "pino";
import type { WriteAudit } from "./service/audit.ts";

/** While whoever reads the lines has no room for more. */
const pauseMs = 5;

/**
 * Writes audit lines to a file descriptor, standard output by default. Lines that come while others are being written
 * wait for these, and are then written together: one line does not cost a write of its own, and a slow reader stops
 * nothing but the responses whose lines it has not taken.
 */
export function openAudit(descriptor = 1): WriteAudit {
  let lines: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  const log = pino(
    { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (line) => lines.push(line) },
  );

  async function writeLines(before: Promise<void>): Promise<void> {
    // That others failed says nothing of these.
    await before.catch(() => {});
    next = undefined;
    const text = lines.join("");
    lines = [];
    await writeAll(descriptor, Buffer.from(text));
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

const writeSome = promisify(write);

async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      const { bytesWritten } = await writeSome(descriptor, rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await wait(pauseMs);
    }
  }
}
