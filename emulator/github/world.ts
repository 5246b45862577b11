import { createFaults, type Faults } from "./faults.ts";
import { createIssuers, type Issuers } from "./issuers.ts";
import { createJob, type Job, type JobToRegister } from "./jobs.ts";
import { createRequestLog, type RequestLog } from "./requests.ts";
import { createRuns, type Runs } from "./rest/runs.ts";

/** All that this GitHub knows, in memory alone. */
export type World = {
  readonly issuers: Issuers;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Where it is reached: known once it listens. */
  url: string;
};

export type Jobs = ReturnType<typeof createJobs>;

function createJobs() {
  const jobs: Job[] = [];
  return {
    register(options: JobToRegister): Job {
      const job = createJob(options);
      jobs.push(job);
      return job;
    },
    byId: (id: string): Job | undefined => jobs.find((job) => job.id === id),
    /** The job whose request URL has this path, without the query. */
    byRequestPath: (path: string): Job | undefined =>
      jobs.find(({ requestPath }) => requestPath.split("?")[0] === path),
  };
}

export async function createWorld(): Promise<World> {
  return {
    issuers: await createIssuers(),
    jobs: createJobs(),
    runs: createRuns(),
    faults: createFaults(),
    requests: createRequestLog(),
    url: "",
  };
}
