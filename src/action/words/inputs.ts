import type { InputProblem } from "../inputs/input.ts";
import { replacements } from "../inputs/main-inputs.ts";
import type { RunnerFile } from "../runner-files.ts";

export function inputProblems(problems: readonly InputProblem[]): string {
  const lines = problems.map(({ input, problem }) =>
    /^[A-Z_]+$|^[a-z]+_proxy$/.test(input)
      ? `Environment variable ${input} ${problem}`
      : `Input ${input} ${problem}`,
  );
  return ["The inputs are not valid:", ...lines].join("\n");
}

/** An input that this action no longer has. */
export function formerInput(input: string): string {
  return `This action has no input ${input}; it was ignored. ${replacements[input] ?? ""}`;
}

export function unwritableFile(file: RunnerFile, code: string | undefined): string {
  const why = code === undefined ? "it is missing" : (unwritable[code] ?? "the system refused it");
  const reason = code === undefined ? "" : ` (${code})`;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const remedy = isFull
    ? "Free up disk space on the runner, or use another runner."
    : "Check whether an earlier step changed the runner's temporary directory.";
  return `The runner's file for ${file} could not be written: ${why}${reason}. ${remedy} If main created a token, post revokes it.`;
}

const unwritable: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "access is denied",
};

export function unexpectedError(message: string): string {
  return `An unexpected error occurred: ${message || "an error without a message"}. Please report it with the step's log.`;
}
