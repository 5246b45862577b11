import * as core from "@actions/core";
import type { HelperPorts } from "../token/helper-token.ts";
import { revokeUnseen } from "../token/revoke-self.ts";
import { revokeTokens } from "../token/revoke-tokens.ts";
import { type RevokeInputs, readRevokeInputs } from "./companion-inputs.ts";
import { emptyWhereHeld } from "./exported-variables.ts";
import { withHelperPorts } from "./helper-ports.ts";
import { fail, warn } from "./log.ts";
import { print } from "./print.ts";
import { summarizeRevocations } from "./summary/job-summary.ts";
import * as words from "./words/index.ts";
import { doubtfulIds, nameOfId, ownRevocation, revocations } from "./words/revocations.ts";

type ById = Extract<RevokeInputs["target"], { kind: "by-id" }>;

/** The `revoke` action: ends tokens now. */
export async function revokeNow(): Promise<void> {
  const read = await readRevokeInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems, "Nothing was revoked"));
  const { target, summary } = read.inputs;
  await withHelperPorts(read.inputs, (ports) =>
    target.kind === "itself"
      ? revokeGiven(target.token, summary, ports)
      : revokeByIds(target, read.inputs, ports),
  );
}

/** Not interrupted by a cancelled job: until it is killed, the token may still be revoked. */
async function revokeGiven(token: string, summary: boolean, { api }: HelperPorts): Promise<void> {
  const status = await revokeUnseen(api, token);
  print([ownRevocation(status, token)], fail);
  if (status.kind === "revoked" || status.kind === "already-gone") emptyWhereHeld(token);
  conclude([{ name: "(the one given)", status }], summary);
}

async function revokeByIds(
  { ids, keySource }: ById,
  { helperName, summary }: RevokeInputs,
  ports: HelperPorts,
): Promise<void> {
  print(doubtfulIds(ids), fail);
  const done = await revokeTokens(ids, keySource, helperName, ports);
  if (done.kind === "helped") {
    const messages = revocations(done.result, ids);
    print(messages, fail);
    const named = done.result.map(({ id, status }) => ({ name: nameOfId(ids, ids.indexOf(id)), status }));
    conclude(named, summary);
    reportLeftovers(
      done.leftovers,
      messages.some(({ level }) => level === "problem"),
    );
  } else {
    fail(`Nothing was revoked. ${words.noKeyToWorkWith(done)}`);
    reportLeftovers(done.leftovers, true);
  }
}

function reportLeftovers(leftovers: Parameters<typeof words.leftoverHelpers>[0], isExplained: boolean): void {
  if (leftovers.length > 0) warn(words.leftoverHelpers(leftovers, isExplained));
}

function conclude(revoked: Parameters<typeof summarizeRevocations>[0], summary: boolean): void {
  core.setOutput("revoked", revoked.filter(({ status }) => status.kind === "revoked").length);
  if (summary) summarizeRevocations(revoked);
}
