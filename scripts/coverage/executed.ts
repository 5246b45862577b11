import { glob, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

type Range = { startOffset: number; endOffset: number; count: number };
type Report = { result: { url: string; functions: { ranges: Range[] }[] }[] };

/**
 * Which characters of each script ran in any process, from what V8 counted (see NODE_V8_COVERAGE).
 *
 * @param reports the directory that the processes left their reports in
 * @param below only scripts below this directory are counted
 * @returns by absolute path; a 1 for each character that ran
 */
export async function readExecuted(reports: string, below: string): Promise<Map<string, Uint8Array>> {
  const executed = new Map<string, Uint8Array>();
  for await (const name of glob("*.json", { cwd: reports })) {
    const { result }: Report = JSON.parse(await readFile(join(reports, name), "utf8"));
    for (const { url, functions } of result) {
      if (!url.startsWith("file:")) continue;
      const path = fileURLToPath(url);
      if (!path.startsWith(`${resolve(below)}/`)) continue;
      const painted = paint(functions.flatMap(({ ranges }) => ranges));
      executed.set(path, union(executed.get(path), painted));
    }
  }
  return executed;
}

// Ranges nest, and an inner one has the last word.
function paint(ranges: Range[]): Uint8Array {
  const painted = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)));
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges)
    painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return painted;
}

function union(known: Uint8Array | undefined, more: Uint8Array): Uint8Array {
  if (known === undefined) return more;
  for (let at = 0; at < more.length; at++) if (more[at] === 1) known[at] = 1;
  return known;
}
