import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import {
  type AddedUser,
  type Emulator,
  type JournalEntry,
  type RequestQuery,
  startEmulator,
  type UserToAdd,
} from "../../support/emulator.ts";
import { requestLine } from "../../support/request-line.ts";
import { findLeaks } from "../../support/runner/leaks.ts";
import { makeCheckout } from "./checkout.ts";
import { type Run, type RunOptions, type StartedRun, startRun } from "./workflow-run.ts";

export type Act = {
  readonly emulator: Emulator;
  /** What of this repository a workflow uses. */
  readonly checkout: string;
  /** A user of a customer of their own, with a password that looks different in each encoding. */
  user(more?: UserToAdd): Promise<AddedUser>;
  start(workflow: string, options: RunOptions): Promise<StartedRun>;
  run(workflow: string, options: RunOptions): Promise<Run>;
  /** What was asked of the API since the test began, as `DELETE /tokens/self 204`; `-` where no complete response left. */
  requests(): Promise<string[]>;
  /** The first request since the test began that is, or comes to be, as asked. */
  nextRequest(query: RequestQuery): Promise<JournalEntry>;
};

const logs = resolve("build/e2e");

/**
 * Gives a test file an emulator, and workflows that act runs against it. Whatever a workflow was for, once its test is
 * over no token of its user is alive, and no secret stands in what act printed.
 */
export function useAct(): Act {
  const executable = process.env.ACT ?? "";
  if (executable === "") throw new Error("ACT names no act: these tests start with npm run test:e2e.");
  const started: { run: StartedRun; options: RunOptions }[] = [];
  let emulator: Emulator | undefined;
  let directory = "";
  let runs = 0;
  let earlierRequests = 0;

  beforeAll(async () => {
    emulator = await startEmulator();
    directory = await mkdtemp(join(tmpdir(), "act-"));
    await makeCheckout(join(directory, "checkout"));
    await mkdir(logs, { recursive: true });
  });
  beforeEach(async () => {
    earlierRequests = (await running().requests()).length;
  });
  afterEach(async () => {
    const ended = started.splice(0);
    for (const { run } of ended) await run.kill();
    await running().clearFaults();
    for (const { run, options } of ended) await expectNothingLeft(await run.done, options);
  });
  afterAll(async () => {
    await running().stop();
    await rm(directory, { recursive: true });
  });

  function running(): Emulator {
    if (!emulator) throw new Error("The emulator runs only while tests do.");
    return emulator;
  }

  async function expectNothingLeft({ log, tokens }: Run, { user, password }: RunOptions): Promise<void> {
    expect(await running().liveTokens(user.userId)).toEqual([]);
    expect(findLeaks([user.password, password ?? user.password, ...tokens], { log })).toEqual([]);
  }

  async function start(workflow: string, options: RunOptions): Promise<StartedRun> {
    runs += 1;
    const test = basename(expect.getState().testPath ?? "", ".e2e.ts");
    const run = await startRun(workflow, options, {
      act: executable,
      apiUrl: running().url,
      directory,
      checkout: join(directory, "checkout"),
      runId: 7_654_321_000 + runs,
      logFile: join(logs, `${test}.${runs}.${basename(workflow, ".yml")}.log`),
    });
    started.push({ run, options });
    return run;
  }

  return {
    get emulator() {
      return running();
    },
    get checkout() {
      return join(directory, "checkout");
    },
    user: (more) => running().addUser({ customer: "new", password: `p@ss w%rd/+="'&<é>`, ...more }),
    start,
    run: async (workflow, options) => (await start(workflow, options)).done,
    requests: async () =>
      (await running().requests())
        .slice(earlierRequests)
        .filter(isWanted)
        .map((entry) => requestLine({ ...entry, path: entry.route ?? entry.path })),
    nextRequest: (query) => running().nextRequest({ after: earlierRequests, ...query }),
  };
}

// Fastly's command line asks first how one signs in with a browser.
function isWanted({ path }: JournalEntry): boolean {
  return !path.endsWith("/openid-configuration");
}
