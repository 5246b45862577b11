import * as core from "@actions/core";
import { type CreatedToken, connectApi, deadlineIn, isoTime, systemClock } from "../fastly/index.ts";
import { keepJournal } from "../token/journal.ts";
import { mintToken } from "../token/mint-token.ts";
import { hasLifetimeAsked, lifetimeOf } from "../token/mismatch.ts";
import { hasSummaryFile, type MainInputs, readMainInputs } from "./inputs.ts";
import { interruption } from "./interruption.ts";
import { fail, hide, info, warn } from "./log.ts";
import { saveJournal } from "./state.ts";
import { summarizeCreated } from "./summary.ts";
import { transportThrough } from "./transport.ts";
import { userAgent } from "./user-agent.ts";
import * as words from "./words.ts";

/** The main step: creates the token and hands it to the job. */
export async function create(): Promise<void> {
  const read = await readMainInputs();
  if (read.kind === "invalid") return fail(words.inputProblems(read.problems));
  const { inputs } = read;
  if (inputs.grant.services.length === 0) warn(words.everyService);

  const signal = interruption();
  const deadline = deadlineIn(inputs.timeoutMs, systemClock);
  const api = connectApi({
    apiUrl: inputs.api.apiUrl,
    openTransport: transportThrough(inputs.api.proxy),
    userAgent,
    deadline,
    signal,
  });
  try {
    const journal = keepJournal(saveJournal(inputs.api.apiUrl));
    const outcome = await mintToken(inputs.tokenName, inputs.grant, inputs.minter, {
      api,
      deadline,
      clock: systemClock,
      random: Math.random,
      signal,
      journal,
      sendsForRecovery: 1,
      hide,
      say: (progress) => info(words.progress(progress)),
    });
    if (outcome.kind !== "minted") return fail(words.notMinted(outcome));
    const { name, token } = outcome;
    handOver(token, inputs);
    journal.record(name, { kind: "handed-over", accessToken: token.accessToken, id: token.id });
    if (token.name !== name) warn(words.renamed(name, token));
    info(words.created(token));
    const lifetimeMs = lifetimeOf(token);
    if (!hasLifetimeAsked(token, inputs.grant)) warn(words.shortLived(lifetimeMs));
    if (inputs.summary && hasSummaryFile()) await summarizeCreated(token);
  } finally {
    await api.close();
  }
}

function handOver(token: CreatedToken, inputs: MainInputs): void {
  const outputs = {
    token: token.accessToken,
    "token-id": token.id,
    name: token.name,
    scope: token.scope,
    services: token.services.join(" "),
    "expires-at": isoTime(Date.parse(token.expiresAt ?? "")),
    "user-id": token.userId ?? "",
    "customer-id": token.customerId ?? "",
  };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  for (const name of inputs.exportEnv) core.exportVariable(name, token.accessToken);
}
