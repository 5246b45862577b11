/* The only module that reads the environment; inputs are read through @actions/core. */

export function environment(name: string): string {
  return process.env[name] ?? "";
}

/** A variable's value, or undefined where the variable does not exist. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}

/** Names of the variables that hold exactly this value. */
export function variablesHolding(value: string): string[] {
  return Object.entries(process.env).flatMap(([name, held]) => (held === value ? [name] : []));
}

/** Whether the runner offers a file for job summaries. */
export function hasSummaryFile(): boolean {
  return environment("GITHUB_STEP_SUMMARY") !== "";
}
