import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type JobContext, prepareJob } from "./runner/job-env.ts";
import { findLeaks, type Leak } from "./runner/leaks.ts";
import { inputEnv, readManifest, type Stage } from "./runner/manifest.ts";
import { allowForSlowness } from "./runner/slowness.ts";
import { createStepFiles, fileEnv, readStepFiles } from "./runner/step-files.ts";
import { type Annotation, StepLog } from "./runner/step-log.ts";
import { type Ended, type StepProcess, startStepProcess } from "./runner/step-process.ts";
import type { WorkflowCommand } from "./runner/workflow-commands.ts";

export type { Annotation, Leak, Stage, WorkflowCommand };

type Pairs = Record<string, string>;

export type JobOptions = JobContext & {
  /** Path of the action's manifest: by default, the project's `action.yml`. */
  action?: string;
  inputs?: Pairs;
  /** Environment of the whole job, such as a proxy. */
  env?: Pairs;
  /** What GitHub masks before the job starts, the workflow's secrets. None by default: the action must mask. */
  secrets?: readonly string[];
  /** What `github.token` is in an input's default, masked as GitHub does. Empty by default. */
  githubToken?: string;
};

/** What differs for one step from the rest of its job. */
export type StepOptions = { inputs?: Pairs; env?: Pairs };

export type StepResult = Ended & {
  stage: Stage;
  /** `failure` for an exit code, and for what the runner itself refuses, such as a malformed output file. */
  conclusion: "success" | "failure";
  /** The log as GitHub keeps it: commands obeyed, secrets masked. `stdout` and `stderr` are as the step printed. */
  log: string;
  annotations: Annotation[];
  commands: WorkflowCommand[];
  /** Lines in a command's form whose name the runner does not know. */
  unknownCommands: string[];
  outputs: Pairs;
  state: Pairs;
  env: Pairs;
  path: string[];
  /** The step's summary, masked. */
  summary: string;
  /** Every mask that the job knew when the step ended. */
  masks: string[];
};

export type RunningStep = Omit<StepProcess, "ended"> & { done: Promise<StepResult> };

export type Job = {
  /** State, environment and masks as they stand after the steps so far. */
  state: Pairs;
  env: Pairs;
  masks: ReadonlySet<string>;
  results: readonly StepResult[];
  start(stage: Stage, options?: StepOptions): Promise<RunningStep>;
  run(stage: Stage, options?: StepOptions): Promise<StepResult>;
  /** Where a secret, in any form, stands in what the steps so far have shown. */
  leaks(secrets: readonly string[]): Leak[];
  /** Kills what still runs and removes the job's files. */
  end(): Promise<void>;
};

/** Plays GitHub's runner for a job that uses this action once. Each step is a process of its own. */
export async function startJob(options: JobOptions = {}): Promise<Job> {
  const manifest = await readManifest(resolve(options.action ?? "action.yml"));
  const directory = await mkdtemp(join(tmpdir(), "job-"));
  const jobEnv = await prepareJob(directory, options);
  const githubToken = options.githubToken ?? "";
  const masks = new Set([githubToken, ...(options.secrets ?? [])].filter((secret) => secret !== ""));
  const results: StepResult[] = [];
  const running = new Set<RunningStep>();
  let started = 0;
  const job: Job = { state: {}, env: { ...options.env }, masks, results, start, run, leaks, end };
  return job;

  async function start(stage: Stage, step: StepOptions = {}): Promise<RunningStep> {
    const script = manifest.scripts[stage];
    if (script === undefined) throw new Error(`The action has no ${stage}.`);
    started += 1;
    const files = await createStepFiles(join(directory, "files"), started);
    const env = {
      ...jobEnv,
      ...job.env,
      ...step.env,
      ...inputEnv(manifest, allowForSlowness({ ...options.inputs, ...step.inputs }), githubToken),
      ...(stage === "post" ? stateEnv(job.state) : {}),
      ...fileEnv(files),
    };
    const log = new StepLog(masks, options.debug ?? false);
    const { ended, ...controls } = startStepProcess(
      script,
      { cwd: join(directory, "workspace"), env },
      (line) => log.print(line),
    );
    const handle: RunningStep = { ...controls, done: ended.then(conclude) };
    running.add(handle);
    return handle;

    async function conclude(end: Ended): Promise<StepResult> {
      const written = await readStepFiles(files, log);
      const result: StepResult = {
        stage,
        ...end,
        conclusion: end.exitCode === 0 && !log.failed ? "success" : "failure",
        log: log.lines.join("\n"),
        annotations: log.annotations,
        commands: log.commands,
        unknownCommands: log.unknownCommands,
        outputs: Object.fromEntries(written.outputs),
        state: Object.fromEntries(written.state),
        env: Object.fromEntries(written.env),
        path: written.path,
        summary: written.summary,
        masks: [...masks],
      };
      Object.assign(job.state, result.state);
      Object.assign(job.env, result.env);
      results.push(result);
      running.delete(handle);
      return result;
    }
  }

  async function run(stage: Stage, step?: StepOptions): Promise<StepResult> {
    return (await start(stage, step)).done;
  }

  function leaks(secrets: readonly string[]): Leak[] {
    return results.flatMap((result) => findLeaks(secrets, shown(result)));
  }

  async function end(): Promise<void> {
    const ending = [...running];
    for (const step of ending) step.kill("SIGKILL");
    await Promise.all(ending.map((step) => step.done));
    await rm(directory, { recursive: true, force: true });
  }
}

function stateEnv(state: Pairs): Pairs {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
}

// All that a person, or a tool that collects logs, could read; but for the lines that ask for a mask.
function shown({ stage, log, stdout, stderr, summary, annotations }: StepResult): Pairs {
  const lines = stdout.split(/\r\n|\r|\n/u).filter((line) => !line.startsWith("::add-mask::"));
  return {
    [`${stage}, log`]: log,
    [`${stage}, standard output`]: lines.join("\n"),
    [`${stage}, standard error`]: stderr,
    [`${stage}, summary`]: summary,
    [`${stage}, annotations`]: annotations
      .map(({ title, message }) => `${title ?? ""} ${message}`)
      .join("\n"),
  };
}
