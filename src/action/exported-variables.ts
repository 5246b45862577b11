import { isObject } from "../text/json-object.ts";
import { environment, environmentVariable } from "./inputs/environment.ts";
import { hide } from "./log.ts";
import { exportVariable } from "./runner-files.ts";

/** A variable that received the token, and what it held before; null where it did not exist. */
export interface ExportedVariable {
  variable: string;
  previous: string | null;
}

/** No token is as long: what is longer would not fit into what main saves for post. */
const longestPrevious = 8_000;

/** What the variables hold now. Masked, unless it is a plain word: most likely it is a token as well. */
export function remember(variables: readonly string[]): ExportedVariable[] {
  return variables.map((variable) => {
    const held = environmentVariable(variable) ?? null;
    const previous = held !== null && held.length <= longestPrevious ? held : null;
    if (previous !== null && couldBeSecret(previous)) hide(previous);
    return { variable, previous };
  });
}

export function couldBeSecret(value: string): boolean {
  return !/^[A-Za-z ._-]{0,15}$/.test(value);
}

/** Whether this is what main saves. */
export function isExported(value: unknown): value is ExportedVariable {
  if (!isObject(value) || typeof value.variable !== "string" || !/^[A-Za-z_]\w*$/.test(value.variable))
    return false;
  return value.previous === null || typeof value.previous === "string";
}

/**
 * Gives back what the variables held before, where they still hold this token. The runner cannot remove a variable:
 * one that did not exist becomes empty.
 */
export function giveBack(exported: readonly ExportedVariable[], token: string): void {
  for (const { variable, previous } of exported)
    if (environmentVariable(variable) === token) exportVariable(variable, previous ?? "");
}

/** Where mains leave earlier values for `revoke`; undefined where the runner names no directory. */
export function earlierValuesFolder(): string | undefined {
  const directory = environment("RUNNER_TEMP");
  return directory === "" ? undefined : `${directory}/fastly-ephemeral-token`;
}
