import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { readExecuted } from "./executed.ts";
import { findStatements } from "./statements.ts";

/** A statement of a bundle. */
export type Run = { ran: boolean; isArrow: boolean };

/** By source file, then by line: whether each statement of the line ran, in their order. One for each bundle. */
export type LinesOfBundle = Map<string, Map<number, Run[]>>;

/**
 * What ran of the sources while steps ran the bundles that ship.
 *
 * @param reports where the steps left what V8 counted
 * @param maps a second build of the same code, with source maps
 */
export async function bundleCoverage(reports: string, maps: string): Promise<LinesOfBundle[]> {
  const executed = await readExecuted(reports, "dist");
  const bundles: LinesOfBundle[] = [];
  for await (const bundle of glob("*.js", { cwd: maps })) {
    // What of it is a library's has no map.
    if (!existsSync(join(maps, `${bundle}.map`))) continue;
    bundles.push(await linesOf(bundle, maps, executed.get(resolve("dist", bundle))));
  }
  return bundles;
}

// ncc's maps know lines, not columns; and it minifies without restructuring, so that a line's statements keep their
// number and order.
async function linesOf(
  bundle: string,
  maps: string,
  executed: Uint8Array | undefined,
): Promise<LinesOfBundle> {
  const text = await readShipped(bundle, maps);
  const map = new TraceMap(await readFile(join(maps, `${bundle}.map`), "utf8"));
  await refuseOtherSources(bundle, map);
  const lines: LinesOfBundle = new Map();
  for (const { offset, mapped, isArrow } of findStatements(bundle, text)) {
    const original = originalPositionFor(map, mapped);
    const path = sourcePath(original.source);
    if (path === undefined || original.line === null) continue;
    const ofFile = lines.get(path) ?? new Map<number, Run[]>();
    const run = { ran: executed?.[offset] === 1, isArrow };
    lines.set(path, ofFile.set(original.line, [...(ofFile.get(original.line) ?? []), run]));
  }
  return lines;
}

async function readShipped(bundle: string, maps: string): Promise<string> {
  const shipped = await readFile(join("dist", bundle), "utf8");
  const mapped = await readFile(join(maps, bundle), "utf8");
  if (mapped.replace(/\n\/\/# sourceMappingURL=.*$/u, "") === shipped) return shipped;
  throw new Error(`dist/${bundle} is not what the sources build to. Run: npm run build`);
}

async function refuseOtherSources(bundle: string, map: TraceMap): Promise<void> {
  for (const [at, source] of map.sources.entries()) {
    const path = sourcePath(source);
    if (path === undefined || map.sourcesContent?.[at] === (await readFile(path, "utf8"))) continue;
    throw new Error(`The map of dist/${bundle} does not lead to ${path}.`);
  }
}

// ncc names sources from a directory below the project's root.
function sourcePath(source: string | null): string | undefined {
  return /^\.\.\/(src\/.*\.ts)$/u.exec(source ?? "")?.[1];
}
