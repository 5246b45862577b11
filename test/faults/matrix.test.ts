/*
 * What becomes of a job's tokens when requests fail and steps are killed. Each row is one job, its main and
 * its post as processes of their own. The tables are in requests.ts, faults.ts and signals.ts; matrix.ts
 * multiplies them.
 *
 *   FAULT_TABLE=1            also prints the tally of each fault
 *   FAULT_ROWS="SIGINT.*list"  plays only the rows whose title matches
 *   FAULT_WORKERS=4            how many rows are played at once
 */
import { collectNoCoverage } from "../support/runner/job-env.ts";
import type { Judgement } from "./judge.ts";
import { rows } from "./matrix.ts";
import { play } from "./play.ts";
import { overWorkers } from "./pool.ts";
import { table, tally } from "./tally.ts";

collectNoCoverage();

const { FAULT_TABLE, FAULT_ROWS = "", FAULT_WORKERS = "8" } = process.env;
const chosen = rows.filter(({ title }) => new RegExp(FAULT_ROWS, "i").test(title));
const judgements: Judgement[] = [];
let matrix: ReturnType<typeof start>;

function start() {
  return overWorkers(Number(FAULT_WORKERS), chosen, play);
}

beforeAll(() => {
  matrix = start();
});

afterAll(async () => {
  await matrix.over;
  if (FAULT_TABLE) process.stderr.write(`\n${table(judgements)}\n`);
  process.stderr.write(`${tally(judgements)}\n`);
});

test("every row has a title of its own, and there are at least 700", () => {
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(700);
});

// Rows are played several at once, in this order, so that each test waits for its own alone.
test.each(chosen)("$title", async (row) => {
  const judgement = await matrix.results.get(row);
  if (!judgement) throw new Error("the row was not played");
  judgements.push(judgement);
  expect(judgement.problems).toEqual([]);
});
