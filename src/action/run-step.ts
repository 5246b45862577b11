import * as core from "@actions/core";
import { fail, info } from "./log.ts";

/** Runs a step; whatever it did not expect becomes one error, and a stack trace only where debugging is on. */
export async function runStep(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    fail(
      `Something unexpected went wrong: ${message || "an error without a message"}. Please report it with the step's log.`,
    );
    if (core.isDebug()) for (const line of (stack ?? "").split("\n")) info(`| ${line}`);
  }
}
