import type { HelperPorts } from "../token/helper-token.ts";
import { revokeUnseen } from "../token/revoke-self.ts";
import { revokeTokens } from "../token/revoke-tokens.ts";
import { endedById, revokedAudit } from "./audit.ts";
import { type RevokeInputs, readRevokeInputs } from "./companion-inputs.ts";
import { giveBackWhereHeld } from "./give-back.ts";
import { openHelperPorts } from "./helper-ports.ts";
import { valueOr } from "./inputs/input.ts";
import { readSummary } from "./inputs/settings.ts";
import { fail, warn } from "./log.ts";
import { print } from "./print.ts";
import { refuse } from "./refuse.ts";
import { setOutput } from "./runner-files.ts";
import { summarizeRevocations } from "./summary/job-summary.ts";
import * as words from "./words/index.ts";
import {
  doubtfulGroup,
  doubtfulIds,
  nameOfId,
  ownRevocation,
  revocations,
  revocationsGroup,
  shownId,
} from "./words/revocations.ts";

const nothing = "Nothing was revoked";

type ById = Extract<RevokeInputs["target"], { kind: "by-id" }>;

/** The `revoke` action: ends tokens now. */
export async function revokeNow(): Promise<void> {
  const read = await readRevokeInputs();
  if (read.kind === "invalid")
    return refuse(nothing, words.inputProblems(read.problems), valueOr(readSummary(), true));
  const { target } = read.inputs;
  const ports = openHelperPorts(read.inputs);
  await (target.kind === "itself"
    ? revokeGiven(target.token, read.inputs, ports)
    : revokeByIds(target, read.inputs, ports));
}

/** Not interrupted by a cancelled job: until it is killed, the token may still be revoked. */
async function revokeGiven(token: string, inputs: RevokeInputs, { api }: HelperPorts): Promise<void> {
  const status = await revokeUnseen(api, token);
  print([ownRevocation(status, token)], fail, revocationsGroup);
  if (status.kind === "revoked") await giveBackWhereHeld(token);
  setOutput("audit", revokedAudit([endedById(null, status)], inputs.api.apiUrl));
  conclude([{ name: "(the given token)", status }], inputs.summary);
}

async function revokeByIds(
  { ids, keySource }: ById,
  { helperName, summary, api }: RevokeInputs,
  ports: HelperPorts,
): Promise<void> {
  print(doubtfulIds(ids), fail, doubtfulGroup);
  const done = await revokeTokens(ids, keySource, helperName, ports);
  if (done.kind === "helped") {
    const messages = revocations(done.result, ids);
    print(messages, fail, revocationsGroup);
    const named = done.result.map(({ id, status }) => ({ name: nameOfId(ids, ids.indexOf(id)), status }));
    const audited = done.result.map(({ id, status }) => endedById(shownId(id), status));
    setOutput("audit", revokedAudit(audited, api.apiUrl, done));
    conclude(named, summary);
    reportLeftovers(
      done.leftovers,
      messages.some(({ level }) => level === "problem"),
    );
  } else {
    refuse(nothing, words.noKeyToWorkWith(done), summary);
    reportLeftovers(done.leftovers, true);
  }
}

function reportLeftovers(leftovers: Parameters<typeof words.leftoverHelpers>[0], isExplained: boolean): void {
  if (leftovers.length > 0) warn(words.leftoverHelpers(leftovers, isExplained));
}

function conclude(revoked: Parameters<typeof summarizeRevocations>[0], summary: boolean): void {
  setOutput("revoked", revoked.filter(({ status }) => status.kind === "revoked").length);
  if (summary) summarizeRevocations(revoked);
}
