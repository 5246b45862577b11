import * as core from "@actions/core";
import { oneLine } from "../text/one-line.ts";
import { maskableForms } from "../text/secret-forms.ts";

/*
 * The only way to the log. Whatever a user or a server sent may hold line ends and workflow commands, so
 * each text is made harmless here, and secrets are masked here before anything else can print them.
 */

/** Registers every form of a secret with the runner's masks. */
export function hide(secret: string): void {
  for (const form of maskableForms(secret)) core.setSecret(form);
}

export function info(text: string): void {
  core.info(harmless(text));
}

/** An annotation may have several lines: @actions/core escapes their ends. */
export function warn(text: string): void {
  core.warning(text.split("\n").map(harmless).join("\n"), { title });
}

/** Prints an error and makes the step fail. */
export function fail(text: string): void {
  core.error(text.split("\n").map(harmless).join("\n"), { title });
  process.exitCode = core.ExitCode.Failure;
}

const title = "Fastly token";

/** Leaves of a text what cannot be taken for a workflow command: the runner finds the old `##[command]` anywhere. */
function harmless(text: string): string {
  return oneLine(text).replaceAll("##[", "# #[");
}

/** What a user or a server sent, fit to stand in a sentence: on one line, in quotation marks and not too long. */
export function quoted(text: string, longest = 80): string {
  const line = harmless(text).trim();
  return `"${line.length > longest ? `${line.slice(0, longest)}…` : line}"`;
}
