import * as core from "@actions/core";
import type { HelperPorts } from "../token/helper-token.ts";
import type { Revocation } from "../token/revoke-in-bulk.ts";
import { revokeItself, revokeTokens } from "../token/revoke-tokens.ts";
import { type RevokeInputs, readRevokeInputs } from "./companion-inputs.ts";
import { withHelperPorts } from "./helper-ports.ts";
import { hasSummaryFile } from "./inputs/environment.ts";
import { fail, info, warn } from "./log.ts";
import { revocation as revocationWords } from "./revoke-words.ts";
import { summarizeRevocations } from "./summary.ts";
import * as words from "./words.ts";

/** The `revoke` action: ends tokens now. */
export async function revokeNow(): Promise<void> {
  const read = await readRevokeInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems, "Nothing was revoked"));
  await withHelperPorts(read.inputs, (ports) => revoke(read.inputs, ports));
}

async function revoke({ target, helperName, summary }: RevokeInputs, ports: HelperPorts): Promise<void> {
  if (target.kind === "itself")
    return tell([await revokeItself(ports.api, target.token, "(the one given)")], summary);
  const done = await revokeTokens(target.ids, target.access, helperName, ports);
  if (done.kind === "helped") await tell(done.result, summary);
  else fail(`Nothing was revoked. ${words.noKeyToWorkWith(done)}`);
  for (const stray of done.strays) warn(words.ended(stray).text);
}

async function tell(revocations: readonly Revocation[], summary: boolean): Promise<void> {
  for (const revocation of revocations) {
    const { level, text } = revocationWords(revocation);
    if (level === "problem") fail(text);
    else info(text);
  }
  core.setOutput("revoked", revocations.filter(({ result }) => result.kind === "revoked").length);
  if (summary && hasSummaryFile()) await summarizeRevocations(revocations);
}
