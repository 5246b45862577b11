import { type Job, type JobOptions, type StepResult, startJob } from "../support/runner.ts";

/** A job whose steps run the given code. */
export function anyJob(options: JobOptions = {}): Promise<Job> {
  return startJob({ ...options, action: "test/fixtures/any-action/action.yml" });
}

/** One main step that runs the given code, and its result. */
export async function runMain(code: string, options: JobOptions = {}): Promise<StepResult> {
  const job = await anyJob(options);
  try {
    return await job.run("main", { inputs: { code } });
  } finally {
    await job.end();
  }
}

/** Code that appends a text to one of the step's files. */
export function append(variable: string, text: string): string {
  return `(await import("node:fs")).appendFileSync(process.env.${variable}, ${JSON.stringify(text)});`;
}

/** Code that prints lines. */
export function print(...lines: string[]): string {
  return `console.log(${JSON.stringify(lines.join("\n"))});`;
}
