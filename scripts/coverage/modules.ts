import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** What jest's report says of a file: its statements, and how often each ran. */
type FileReport = {
  statementMap: Record<string, { start: { line: number; column: number } }>;
  s: Record<string, number>;
};

/** By source file: the places, as `line:column`, of the statements that ran where tests import the file themselves. */
export async function moduleCoverage(report: string): Promise<Map<string, Set<string>>> {
  const files: Record<string, FileReport> = JSON.parse(await readFile(report, "utf8"));
  return new Map(
    Object.entries(files).map(([file, { statementMap, s }]) => {
      const ran = Object.entries(statementMap).filter(([id]) => (s[id] ?? 0) > 0);
      return [relative("", file), new Set(ran.map(([, { start }]) => `${start.line}:${start.column}`))];
    }),
  );
}
