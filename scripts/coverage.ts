/*
 * Statement coverage of src: what real steps ran of the bundles that ship, and what tests ran of the modules that they
 * import. `npm test` leaves both below coverage/. Fails below the least share of what ships that must be covered; the
 * broker, which no job downloads, runs in processes of its own and is left out.
 */
import { execFileSync } from "node:child_process";
import { glob, readFile } from "node:fs/promises";
import { bundleCoverage } from "./coverage/bundles.ts";
import { moduleCoverage } from "./coverage/modules.ts";
import { findStatements, type Statement } from "./coverage/statements.ts";

type Row = { path: string; counted: number; missed: number[]; exempt: number };

/** In percent. Lines that are missed stand in the table: cover them, or take them out. */
const leastShare = 95;

const maps = "build/maps";
execFileSync(process.execPath, ["scripts/build.ts", "--maps", maps], { stdio: "inherit" });
const bundles = await bundleCoverage("coverage/steps", maps);
const modules = await moduleCoverage("coverage/modules/coverage-final.json");

const rows: Row[] = [];
for await (const path of glob("src/**/*.ts", { exclude: ["**/*.d.ts", "src/broker/**"] }))
  rows.push(await measure(path));
rows.sort((a, b) => a.path.localeCompare(b.path));
print(rows.filter(({ counted, exempt }) => counted + exempt > 0));
const counted = rows.reduce((sum, row) => sum + row.counted, 0);
const missed = rows.reduce((sum, row) => sum + row.missed.length, 0);
const share = (100 * (counted - missed)) / counted;
console.log(
  `\n${share.toFixed(1)} % of ${counted} statements are covered; at least ${leastShare} % must be.`,
);
if (share < leastShare) process.exitCode = 1;

async function measure(path: string): Promise<Row> {
  const statements = findStatements(path, await readFile(path, "utf8"));
  const missed: number[] = [];
  let counted = 0;
  for (const statement of statements) {
    if (statement.exempt) continue;
    const verdict = isCovered(path, statement, statements);
    if (verdict === "unknown") continue;
    counted += 1;
    if (verdict === "missed") missed.push(statement.place.line);
  }
  return { path, counted, missed, exempt: statements.filter(({ exempt }) => exempt).length };
}

/** Unknown only for an arrow whose line the maps do not distinguish: the statement that contains it still counts. */
function isCovered(
  path: string,
  statement: Statement,
  all: readonly Statement[],
): "covered" | "missed" | "unknown" {
  const { line } = statement.place;
  if (modules.get(path)?.has(`${statement.value.line}:${statement.value.column}`)) return "covered";
  const ofLine = all.filter(({ place }) => place.line === line);
  const inBundles = bundles.map((files) => files.get(path)?.get(line) ?? []);
  for (const isCompared of [() => true, ({ isArrow }: { isArrow: boolean }) => !isArrow]) {
    const at = ofLine.filter(isCompared).indexOf(statement);
    const aligned = inBundles
      .map((runs) => runs.filter(isCompared))
      .filter((runs) => runs.length === ofLine.filter(isCompared).length);
    if (at !== -1 && aligned.length > 0) return aligned.some((runs) => runs[at]?.ran) ? "covered" : "missed";
  }
  return statement.isArrow ? "unknown" : "missed";
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ path }) => path.length));
  console.log(`\n${"Statements".padEnd(width)}  covered  exempt  lines missed`);
  for (const { path, counted, missed, exempt } of rows) {
    const covered = `${((100 * (counted - missed.length)) / counted).toFixed(1)} %`;
    const lines = [...new Set(missed)].join(", ");
    console.log(
      `${path.padEnd(width)}  ${covered.padStart(7)}  ${String(exempt || "").padStart(6)}  ${lines}`.trimEnd(),
    );
  }
}
