import * as core from "@actions/core";

/* The only way to the files in which the runner takes state, outputs and variables from a step. */

export type RunnerFile = "state" | "outputs" | "environment variables";

/** One of the runner's files could not be written: nothing that this step did is at fault. */
export class RunnerFileError extends Error {
  override readonly name = "RunnerFileError";
  readonly file: RunnerFile;
  /** The system's own code, such as `ENOSPC`; undefined where the file is not there. */
  readonly code: string | undefined;

  constructor(file: RunnerFile, cause: unknown) {
    super(file, { cause });
    this.file = file;
    this.code = systemCodeOf(cause);
  }
}

/** The code of an error of the operating system, such as `ENOSPC`. */
export function systemCodeOf(error: unknown): string | undefined {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

export function saveState(key: string, value: unknown): void {
  write("state", () => core.saveState(key, value));
}

export function setOutput(name: string, value: string | number): void {
  write("outputs", () => core.setOutput(name, value));
}

export function exportVariable(name: string, value: string): void {
  write("environment variables", () => core.exportVariable(name, value));
}

function write(file: RunnerFile, writeIt: () => void): void {
  try {
    writeIt();
  } catch (error) {
    throw new RunnerFileError(file, error);
  }
}
