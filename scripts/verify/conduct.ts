import { HttpError } from "../../src/http/error.ts";
import type { Check } from "./checks/check.ts";
import { allChecks, neverChecked } from "./checks/index.ts";
import type { Run } from "./run.ts";
import { NotChecked, notChecked, type Verdict } from "./verdict.ts";

/** Makes all checks, one after the other; throws nothing that is expected. */
export async function conduct(run: Run): Promise<Map<string, Verdict>> {
  const verdicts = new Map(Object.entries(neverChecked));
  const [first, ...others] = allChecks();
  await make(first, run, verdicts);
  for (const check of others) {
    if (run.signal.aborted) skip(check, verdicts, "the run was interrupted");
    // Credentials that were refused are not sent again.
    else if (!run.session) skip(check, verdicts, "there was no token to ask with");
    else await make(check, run, verdicts);
  }
  return verdicts;
}

async function make({ names, check }: Check, run: Run, verdicts: Map<string, Verdict>): Promise<void> {
  let why = "an earlier part of the check said why";
  try {
    for (const [name, verdict] of Object.entries(await check(run))) verdicts.set(name, verdict);
  } catch (error) {
    if (!(error instanceof NotChecked || error instanceof HttpError)) throw error;
    why = run.signal.aborted ? "the run was interrupted" : error.message;
  }
  skip({ names }, verdicts, why);
}

function skip({ names }: Pick<Check, "names">, verdicts: Map<string, Verdict>, why: string): void {
  for (const name of names) if (!verdicts.has(name)) verdicts.set(name, notChecked(why));
}
