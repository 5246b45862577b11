import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import pino from "pino";
import { AuditUnavailable, type WriteAudit } from "./service/audit.ts";

/** While whoever reads the lines has no room for more. */
const pauseMs = 5;
const newline = 0x0a;

export interface AuditOptions {
  /** Called once for each time that lines cannot be written, with the code of the first failure. */
  onOutage?: (code: string) => void;
  /** How long a reader without room is waited for. A token without an audit line is not handed over. */
  longestStallMs?: number;
}

/**
 * Writes audit lines to a file descriptor, standard output by default. What is decided in one turn of the event loop is
 * written together, since each write costs as much as the line itself.
 *
 * Long, because its functions share what was written last.
 */
export function openAudit(
  descriptor = 1,
  { onOutage = () => {}, longestStallMs = 5_000 }: AuditOptions = {},
): WriteAudit {
  let lines: string[] = [];
  let next: Promise<Written> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isOut = false;
  /** A write that failed may have left a part of a line behind: the next line begins on a line of its own. */
  let isCut = false;
  const log = pino(
    { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (text) => void lines.push(text) },
  );

  async function writeLines(before: Promise<unknown>): Promise<Written> {
    await new Promise((resolve) => setImmediate(resolve));
    await before;
    const bytes = Buffer.from(`${isCut ? "\n" : ""}${lines.join("")}`);
    const extra = isCut ? 1 : 0;
    lines = [];
    next = undefined;
    const { length, code } = await writeAll(descriptor, bytes, longestStallMs);
    if (length > 0) isCut = bytes[length - 1] !== newline;
    if (code !== undefined && !isOut) onOutage(code);
    isOut = code !== undefined;
    if (code === undefined) return all;
    const ends = bytes.subarray(0, length).filter((byte) => byte === newline).length;
    return { count: ends - extra, code };
  }

  return async (line) => {
    const place = lines.length;
    log.info(line);
    if (!next) {
      next = writeLines(last);
      last = next;
    }
    const { count, code } = await next;
    if (place >= count) throw new AuditUnavailable(code);
  };
}

interface Written {
  /** How many lines were written to their end. */
  count: number;
  /** Why no more lines can be written. */
  code?: string;
}

const all: Written = { count: Number.POSITIVE_INFINITY };

async function writeAll(
  descriptor: number,
  bytes: Buffer,
  longestStallMs: number,
): Promise<{ length: number; code?: string }> {
  let progressAt = performance.now();
  for (let length = 0; ; ) {
    try {
      length += writeSync(descriptor, bytes, length);
      if (length === bytes.length) return { length };
      progressAt = performance.now();
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      if (code !== "EAGAIN" || performance.now() - progressAt >= longestStallMs) return { length, code };
      await wait(pauseMs);
    }
  }
}
