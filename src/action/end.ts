import { connectApi, deadlineIn, systemClock } from "../fastly/index.ts";
import { endJobTokens } from "../token/end-job-tokens.ts";
import { guardPassword } from "../token/password-guard.ts";
import { recoverWithHelper } from "../token/recover-tokens.ts";
import { hasSummaryFile, type InputProblem, type PostInputs, readPostInputs, readProxy } from "./inputs.ts";
import { fail, hide, info, warn } from "./log.ts";
import { readJournal, type SavedJournal } from "./state.ts";
import { summarizeEnded } from "./summary.ts";
import { transportThrough } from "./transport.ts";
import { userAgent } from "./user-agent.ts";
import * as words from "./words.ts";

/** The post step: ends whatever token main asked for, and tells what became of it. */
export async function end(): Promise<void> {
  const saved = readJournal();
  if (saved.kind === "none") return info(words.nothingToRevoke);
  const inputs = readPostInputs();
  const complain = inputs.failOnRevokeError ? fail : warn;
  if (saved.kind === "unreadable") return complain(words.unreadableState);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => info("Still revoking."));
  await endAll(saved, inputs, complain);
}

async function endAll(
  { apiUrl, journal }: SavedJournal,
  inputs: PostInputs,
  complain: (text: string) => void,
): Promise<void> {
  for (const { status } of journal.attempts) if ("accessToken" in status) hide(status.accessToken);
  const deadline = deadlineIn(inputs.timeoutMs, systemClock);
  const problems: InputProblem[] = [];
  const api = connectApi({
    apiUrl,
    openTransport: transportThrough(readProxy(apiUrl, problems)),
    userAgent,
    deadline,
  });
  if (problems.length > 0) warn(words.inputProblems(problems, "Trying without a proxy"));
  try {
    const recover = recoverWithHelper({
      api,
      deadline,
      clock: systemClock,
      random: Math.random,
      guard: guardPassword(journal.password),
      minter: inputs.minter,
      helperName: inputs.helperName,
      hide,
      say: (progress) => info(words.progress(progress)),
    });
    const tokens = await endJobTokens(journal, !inputs.revoke, api, recover);
    if (tokens.length === 0) info(words.nothingLeft);
    for (const token of tokens) {
      const { level, text } = words.ended(token);
      if (level === "problem") complain(text);
      else info(text);
    }
    if (inputs.summary && hasSummaryFile() && tokens.length > 0) await summarizeEnded(tokens);
  } finally {
    await api.close();
  }
}
