import * as core from "@actions/core";
import { connectApi, deadlineIn, systemClock } from "../fastly/index.ts";
import { endToken } from "../lifecycle/end-token.ts";
import type { HelperPorts } from "../lifecycle/helper-token.ts";
import type { Revocation } from "../lifecycle/revoke-in-bulk.ts";
import { revokeTokens } from "../lifecycle/revoke-tokens.ts";
import { type RevokeInputs, readRevokeInputs } from "./companion-inputs.ts";
import { hasSummaryFile } from "./inputs.ts";
import { fail, hide, info, warn } from "./log.ts";
import { revocation as revocationWords } from "./revoke-words.ts";
import { summarizeRevocations } from "./summary.ts";
import { userAgent } from "./user-agent.ts";
import * as words from "./words.ts";

/** The `revoke` action: ends tokens now. */
export async function revokeNow(): Promise<void> {
  const read = await readRevokeInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems));
  const { inputs } = read;
  const deadline = deadlineIn(inputs.timeoutMs, systemClock);
  const api = connectApi({ ...inputs.api, userAgent, deadline });
  try {
    const say = (progress: Parameters<HelperPorts["say"]>[0]) => info(words.progress(progress));
    await revoke(inputs, { api, deadline, clock: systemClock, random: Math.random, hide, say });
  } finally {
    await api.close();
  }
}

async function revoke({ target, helperName, summary }: RevokeInputs, ports: HelperPorts): Promise<void> {
  if (target.kind === "itself") return tell([await revokeItself(target.token, ports)], summary);
  const helped = await revokeTokens(target.ids, target.access, helperName, ports);
  if (helped.kind === "helped") await tell(helped.result, summary);
  else fail(words.notMinted(helped.outcome));
  for (const stray of helped.strays) warn(words.ended(stray, ports.clock.now()).text);
}

async function revokeItself(token: string, { api }: HelperPorts): Promise<Revocation> {
  const ending = await endToken(api, token);
  return {
    id: "(the one given)",
    result: "error" in ending ? { kind: "failed", error: ending.error } : ending,
  };
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
