import * as core from "@actions/core";
import { oneLine } from "../text/one-line.ts";
import { maskableForms } from "../text/secret-forms.ts";

/*
 * The only way to the log. Whatever a user or a server sent may hold line ends and workflow commands, so
 * each text is made harmless here, and secrets are masked here before anything else can print them.
 */

/** Registers every form of a secret with the runner's masks, in one write. */
export function hide(secret: string): void {
  process.stdout.cork();
  for (const form of maskableForms(secret)) core.setSecret(form);
  process.stdout.uncork();
}

export function info(text: string): void {
  endGroup();
  core.info(harmless(text));
}

let openGroup: string | undefined;

/** A line that few read: lines with one title fold into a group, which ends where anything else is printed. */
export function detail(group: string, text: string): void {
  if (openGroup !== group) {
    endGroup();
    core.startGroup(harmless(group));
    openGroup = group;
  }
  core.info(harmless(text));
}

/** Nothing that is printed later may fold, least of all an error. */
export function endGroup(): void {
  if (openGroup !== undefined) core.endGroup();
  openGroup = undefined;
}

/** Up to so many lines of a kind are printed without a group. */
const few = 5;

/** Prints lines that are known at once; more than a few of them fold. */
export function infoAll(group: string, texts: readonly string[]): void {
  for (const text of texts) texts.length > few ? detail(group, text) : info(text);
}

let reported = 0;

/** What a step waits for, or how far it is; after a few of these lines the others fold. */
export function progress(text: string): void {
  reported++;
  if (reported <= few) info(text);
  else detail("Further progress", text);
}

/** For what a person has to do, though the step did its work, and for nothing else. */
export function notice(text: string): void {
  endGroup();
  core.notice(harmlessLines(text), { title });
}

export function warn(text: string): void {
  endGroup();
  core.warning(harmlessLines(text), { title });
}

/** Prints an error and makes the step fail. */
export function fail(text: string): void {
  endGroup();
  core.error(harmlessLines(text), { title });
  process.exitCode = core.ExitCode.Failure;
}

const title = "Fastly token";

/** An annotation may have several lines: @actions/core escapes their ends. */
function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}

/**
 * Leaves of a text what cannot be taken for a workflow command: the runner finds `::command::` at the beginning of a
 * line, and the old `##[command]` anywhere.
 */
function harmless(text: string): string {
  return oneLine(text)
    .replaceAll("##[", "# #[")
    .replace(/^(\s*:)(?=:)/, "$1 ");
}

/** Text from a user or a server, made fit for a sentence: on one line, in quotation marks and not too long. */
export function quoted(text: string, longest = 80): string {
  const line = harmless(text).trim();
  return `"${line.length > longest ? `${line.slice(0, longest)}…` : line}"`;
}
