/*
 * node scripts/bench-broker-scale.ts [--jobs 2000] [--users 4] [--instances 2] [--work 5] [--runs 3] [--direct 256]
 *
 * So many jobs at once through so many instances of the broker on one Redis, for Fastly users that may have 100 live
 * tokens each. Jobs do what the action does, by its own code. Every job must get its token, no user may go over its
 * limit, no token may be left. The ideal time is that of places which are never empty: jobs over all users' places,
 * rounded up, times the seconds that each holds its token. Then so many jobs without a broker, all of one user
 * (scripts/bench-scale.ts); 0 leaves them out.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { holdFor } from "../test/support/broker-load/hold.ts";
import { type LoadResult, playLoad } from "../test/support/broker-load.ts";
import { machine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "2000" },
    users: { type: "string", default: "4" },
    instances: { type: "string", default: "2" },
    work: { type: "string", default: "5" },
    runs: { type: "string", default: "3" },
    direct: { type: "string", default: "256" },
  },
});
const jobs = Number(values.jobs);
const users = Number(values.users);
const instances = Number(values.instances);
const workMs = Number(values.work) * 1000;
/** One place of each user is kept for the broker's own key. */
const places = users * 99;
const idealMs = Math.ceil(jobs / places) * workMs;

console.log(machine());
console.log(`${jobs} jobs at once, ${users} users, ${instances} instances, ${workMs / 1000} s of work`);
console.log(`ideal          ${(idealMs / 1000).toFixed(1)} s, with ${places} places that are never empty`);

const results: LoadResult[] = [];
for (let run = 1; run <= Number(values.runs); run++) {
  const result = await playLoad({ jobs, users, instances, hold: holdFor(workMs) });
  results.push(result);
  const { served, failures, tookMs, requests, creates, peaks, left, twice, askedAgain, processor } = result;
  console.log(
    `run ${run}          ${(tookMs / 1000).toFixed(1)} s, ${(tookMs / idealMs).toFixed(2)} of ideal; ${(requests / jobs).toFixed(2)} requests to Fastly and ${(creates / jobs).toFixed(2)} creates a job`,
  );
  console.log(
    `               served ${served}; most alive ${peaks.join(", ")}; left ${left.length}; JWTs used twice ${twice}; asked again ${JSON.stringify(askedAgain)}`,
  );
  console.log(`               processor ms a job: ${processorPerJob(processor)}`);
  for (const failure of failures.slice(0, 3)) console.log(`               failed: ${failure}`);
  if (served < jobs || left.length > 0 || twice > 0 || Math.max(...peaks) > 100) process.exitCode = 1;
}
console.log(
  `median         ${(median(({ tookMs }) => tookMs) / idealMs).toFixed(2)} of ideal, ${(median(({ requests }) => requests) / jobs).toFixed(2)} requests a job`,
);
if (values.direct !== "0") {
  console.log("\nThe direct way, without a broker:");
  const args = ["scripts/bench-scale.ts", "--jobs", values.direct];
  if (spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0) process.exitCode = 1;
}

function median(pick: (result: LoadResult) => number): number {
  return results.map(pick).toSorted((a, b) => a - b)[results.length >> 1] ?? Number.NaN;
}

function processorPerJob(processor: LoadResult["processor"]): string {
  return Object.entries(processor)
    .map(([who, ms]) => `${who} ${(ms / jobs).toFixed(2)}`)
    .join(", ");
}
