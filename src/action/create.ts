import { type CreatedToken, type FastlyApi, isoTime } from "../fastly/index.ts";
import { type JournalKeeper, keepJournal } from "../token/journal.ts";
import { mintToken } from "../token/mint-token.ts";
import { notableOffsetMs } from "../token/minting.ts";
import { hasLifetimeAsked, lifetimeOf } from "../token/mismatch.ts";
import { isNameOf } from "../token/token-name.ts";
import { createdAudit } from "./audit.ts";
import { type ExportedVariable, earlierValuesFolder, remember } from "./exported-variables.ts";
import { connectFastly } from "./fastly.ts";
import { hasBroker, readBrokerRoute } from "./inputs/broker.ts";
import { readCredentials } from "./inputs/credentials.ts";
import { environment } from "./inputs/environment.ts";
import { valueOr } from "./inputs/input.ts";
import { formerInputs, type MainInputs, readMainInputs } from "./inputs/main-inputs.ts";
import { readApiAddress } from "./inputs/network.ts";
import { settingsOrDefaults } from "./inputs/settings.ts";
import { interruption } from "./interruption.ts";
import { hide, info, notice, warn } from "./log.ts";
import { printProgress } from "./print.ts";
import { exportVariable, setOutput } from "./runner-files.ts";
import { keepState, type StateKeeper } from "./state.ts";
import * as words from "./words/created.ts";
import { formerInput, inputProblems } from "./words/inputs.ts";
import { setTheClock } from "./words/progress.ts";

const notRequested = "No Fastly token was requested";
const notGot = "This job got no Fastly token";

/** The main step: creates the token and hands it to the job. */
export async function create(): Promise<void> {
  const credentials = readCredentials();
  const api = valueOr(readApiAddress(), undefined);
  const broker = hasBroker() ? valueOr(readBrokerRoute(), null) : null;
  // Post goes by what is saved here, also where the inputs then turn out to be wrong.
  const state =
    environment("GITHUB_STATE") === ""
      ? undefined
      : keepState(settingsOrDefaults(), api, credentials, broker);

  const read = await readMainInputs(credentials);
  for (const input of formerInputs()) warn(formerInput(input));
  if (read.kind === "invalid")
    return refuse(notRequested, inputProblems(read.problems), settingsOrDefaults().summary);
  // Without the file the inputs are invalid.
  if (state) await createWith(read.inputs, state);
}

async function createWith(inputs: MainInputs, state: StateKeeper): Promise<void> {
  const api = connectFastly(inputs.api, inputs.settings.timeoutMs, interruption);
  const journal = keepJournal(state.saveJournal);
  const outcome = await mint(inputs, api, journal);
  if (outcome.kind === "refused") return refuse(notGot, outcome.why, inputs.settings.summary);
  const { name, token } = outcome;
  await handOver(token, inputs, state, outcome.requestId);
  journal.record(name, { kind: "handed-over", accessToken: token.accessToken, id: token.id });
  if (!isNameOf(token.name, name)) warn(words.renamed(name, token));
  info(words.created(token));
  if (token.services.length === 0) warn(words.everyService);
  if (outcome.isShort) warn(words.shortLived(lifetimeOf(token)));
}

/** Most steps never load what this prints. */
async function refuse(...refusal: Parameters<typeof import("./refuse.ts").refuse>): Promise<void> {
  const { refuse } = await import("./refuse.ts");
  refuse(...refusal);
}

/** The token, or why the job gets none. */
type Minted =
  | { kind: "minted"; name: string; token: CreatedToken; isShort: boolean; requestId?: string | undefined }
  | { kind: "refused"; why: string };

async function mint(
  { source, tokenName }: MainInputs,
  api: FastlyApi,
  journal: JournalKeeper,
): Promise<Minted> {
  if (source.kind === "broker") {
    // Loaded only for jobs that use a broker.
    const { createThroughBroker } = await import("./broker/create-through-broker.ts");
    return createThroughBroker(source, tokenName, api, journal);
  }
  const { grant, credentials } = source;
  let clockOffsetMs = 0;
  const outcome = await mintToken(tokenName, grant, credentials, {
    api,
    journal,
    sendsForRecovery: 1,
    hide,
    report: (reported) => {
      printProgress(reported);
      if (reported.kind === "correcting-clock") clockOffsetMs = reported.offsetMs;
    },
  });
  // This step uses Fastly's clock; other programs on this machine use the machine's.
  if (Math.abs(clockOffsetMs) >= notableOffsetMs) notice(setTheClock(clockOffsetMs));
  if (outcome.kind !== "minted") {
    const { notMinted } = await import("./words/minting.ts");
    return { kind: "refused", why: notMinted(outcome, credentials) };
  }
  return { ...outcome, isShort: !hasLifetimeAsked(outcome.token, grant) };
}

async function handOver(
  token: CreatedToken,
  inputs: MainInputs,
  state: StateKeeper,
  requestId: string | undefined,
): Promise<void> {
  const outputs = {
    token: token.accessToken,
    "token-id": token.id,
    name: token.name,
    scope: token.scope,
    services: token.services.join(" "),
    "expires-at": isoTime(Date.parse(token.expiresAt ?? "")),
    "user-id": token.userId ?? "",
    "customer-id": token.customerId ?? "",
    audit: createdAudit(token, inputs.api.apiUrl, requestId),
  };
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  state.saveGranted(token);
  if (inputs.exportEnv.length === 0) return;
  const found = remember(inputs.exportEnv);
  state.saveExported(found);
  if (found.some(({ previous }) => previous)) await keepForRevoke(found, token.accessToken);
  for (const name of inputs.exportEnv) exportVariable(name, token.accessToken);
}

/** In most jobs no variable had a value. */
async function keepForRevoke(found: readonly ExportedVariable[], token: string): Promise<void> {
  const folder = earlierValuesFolder();
  if (folder === undefined) return;
  const { keepEarlierValues } = await import("./earlier-values.ts");
  keepEarlierValues(folder, found, token);
}
