import { existsSync } from "node:fs";
import { type ExportedVariable, earlierValuesFolder, giveBack } from "./exported-variables.ts";
import { environment, variablesHolding } from "./inputs/environment.ts";
import { exportVariable } from "./runner-files.ts";

/** For post, which knows what main exported. */
export async function giveBackExported(exported: readonly ExportedVariable[], token: string): Promise<void> {
  const kept = await openKept();
  giveBack(kept?.withoutEndedTokens(kept.folder, exported) ?? exported, token);
  kept?.forget(kept.folder, token);
}

/**
 * For `revoke`, which knows what main kept for it. Whatever else holds the token becomes empty, but for the runner's own
 * variables, such as the input that brought the token.
 */
export async function giveBackWhereHeld(token: string): Promise<void> {
  // Without the file @actions/core would print a command that the runner refuses.
  if (environment("GITHUB_ENV") === "") return;
  const kept = await openKept();
  giveBack(kept?.earlierValuesOf(kept.folder, token) ?? [], token);
  for (const variable of variablesHolding(token))
    if (/^[A-Za-z_]\w*$/.test(variable) && !/^(?:INPUT|STATE|GITHUB|RUNNER|ACTIONS)_/i.test(variable))
      exportVariable(variable, "");
  kept?.markEnded(kept.folder, token);
}

/** Only in few jobs did any main find an earlier value. */
async function openKept() {
  const folder = earlierValuesFolder();
  if (folder === undefined || !existsSync(folder)) return undefined;
  return { folder, ...(await import("./earlier-values.ts")) };
}
