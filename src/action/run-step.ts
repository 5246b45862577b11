import * as core from "@actions/core";
import { leave } from "./leave.ts";
import { detail, endGroup, fail } from "./log.ts";
import { RunnerFileError, systemCodeOf } from "./runner-files.ts";
import { unexpectedError, unwritableFile } from "./words/inputs.ts";

/** Runs a step; whatever it did not expect becomes one error, and a stack trace only where debugging is on. Then the process ends. */
export async function runStep(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (caught) {
    const error = caught instanceof Error ? caught : new Error(String(caught));
    fail(explanationOf(error));
    if (core.isDebug()) for (const line of (error.stack ?? "").split("\n")) detail("Stack trace", line);
  }
  endGroup();
  await leave();
}

function explanationOf(error: Error): string {
  if (error instanceof RunnerFileError) return unwritableFile(error.file, error.code);
  const code = systemCodeOf(error);
  return code === "ENOSPC" || code === "EDQUOT"
    ? unwritableFile("outputs", code)
    : unexpectedError(error.message);
}
