/*
 * Statement coverage of src: what real steps ran of the bundles that ship, and what tests ran of the modules that they
 * import. `npm test` leaves both below coverage/. Fails below 100 %, but for statements whose exemption gives a reason.
 */
import { execFileSync } from "node:child_process";
import { glob, readFile } from "node:fs/promises";
import { bundleCoverage } from "./coverage/bundles.ts";
import { moduleCoverage } from "./coverage/modules.ts";
import { findStatements } from "./coverage/statements.ts";

type Row = { path: string; counted: number; missed: number[]; exempt: number };

const maps = "build/maps";
execFileSync(process.execPath, ["scripts/build.ts", "--maps", maps], { stdio: "inherit" });
const bundles = await bundleCoverage("coverage/steps", maps);
const modules = await moduleCoverage("coverage/modules/coverage-final.json");

const rows: Row[] = [];
for await (const path of glob("src/**/*.ts", { exclude: ["**/*.d.ts"] })) rows.push(await measure(path));
rows.sort((a, b) => a.path.localeCompare(b.path));
print(rows.filter(({ counted, exempt }) => counted + exempt > 0));
if (rows.some(({ missed }) => missed.length > 0)) {
  console.error("Coverage of src is below 100 % of statements.");
  process.exitCode = 1;
}

async function measure(path: string): Promise<Row> {
  const statements = findStatements(path, await readFile(path, "utf8"));
  const missed = statements.filter(({ offset, place, exempt }) => {
    const { line, column } = place;
    const ofLine = statements.filter((other) => other.place.line === line);
    const at = ofLine.findIndex((other) => other.offset === offset);
    const ranInBundle = bundles.some((files) => {
      const ran = files.get(path)?.get(line);
      return ran?.length === ofLine.length && ran[at];
    });
    return !exempt && !ranInBundle && !modules.get(path)?.has(`${line}:${column}`);
  });
  const exempt = statements.filter((statement) => statement.exempt).length;
  return { path, counted: statements.length - exempt, missed: missed.map(({ place }) => place.line), exempt };
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
