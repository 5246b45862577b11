/*
 * What becomes of tokens that jobs get through a broker, when requests fail and processes are killed: GitHub, the
 * broker, Fastly, main and post are processes of their own. The rows are in broker-rows.ts;
 * those of a machine that vanishes, in broker-vanished.ts.
 *
 *   FAULT_ROWS="SIGINT.*list"  plays only the rows whose title matches
 */
import { startBrokerWorld } from "../support/broker-jobs.ts";
import { type BrokerWorker, playBrokerRow } from "./broker-play.ts";
import { type BrokerRow, brokerRows } from "./broker-rows.ts";
import { playVanishedRow, type VanishedRow, vanishedRows } from "./broker-vanished.ts";

const { FAULT_ROWS = "", FAULT_WORKERS = "6" } = process.env;
const rows: readonly (BrokerRow | VanishedRow)[] = [...brokerRows, ...vanishedRows];
const chosen = rows.filter(({ title }) => new RegExp(FAULT_ROWS, "i").test(title));
const pending = new Map(chosen.map((row) => [row, Promise.withResolvers<string[]>()]));
const workers: BrokerWorker[] = [];
let over: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  for (const { promise } of pending.values()) promise.catch(() => {});
  const opened = await Promise.all(Array.from({ length: Number(FAULT_WORKERS) }, () => startBrokerWorld()));
  workers.push(...opened);
  const queue = pending.entries();
  over = Promise.all(opened.map((worker) => work(worker, queue)));
});

async function work(
  worker: BrokerWorker,
  queue: Iterable<[BrokerRow | VanishedRow, PromiseWithResolvers<string[]>]>,
): Promise<void> {
  for (const [row, { resolve, reject }] of queue) {
    await worker.fastly.addTokens([{ user: worker.user.userId, name: `somebody's, before: ${row.title}` }]);
    const played = "steps" in row ? playVanishedRow(row, worker) : playBrokerRow(row, worker);
    await played.then(resolve, reject);
  }
}

afterAll(async () => {
  await over;
  await Promise.all(workers.map((worker) => worker.stop()));
});

test("every row has a title of its own, and there are at least 130", () => {
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(130);
});

// Rows are played several at once, in this order, so that each test waits for its own alone.
test.each(chosen)("$title", async (row) => {
  expect(await pending.get(row)?.promise).toEqual([]);
});
