import type { FastlyApi } from "../fastly/index.ts";
import { endJobTokens, type Recover } from "../token/end-job-tokens.ts";
import type { Attempt } from "../token/journal.ts";
import { guardPassword } from "../token/password-guard.ts";
import { type AskCredentials, recoverWithHelper } from "../token/recover-tokens.ts";
import type { TokenReport } from "../token/token-status.ts";
import { connectFastly } from "./fastly.ts";
import { giveBackExported } from "./give-back.ts";
import type { BrokerRoute } from "./inputs/broker.ts";
import { judgeCredentials, readCredentials } from "./inputs/credentials.ts";
import { readTokenName } from "./inputs/run.ts";
import { settingsOrDefaults } from "./inputs/settings.ts";
import { fail, hide, info, warn } from "./log.ts";
import { print, printProgress } from "./print.ts";
import { type PostState, readState } from "./state.ts";
import { summarizeEnded } from "./summary/job-summary.ts";
import * as words from "./words/index.ts";

/** The post step: ends whatever token main asked for, and reports what became of it. */
export async function end(): Promise<void> {
  const read = readState();
  switch (read.kind) {
    case "none":
    case "nothing-asked":
      return info(words.nothingToRevoke);
    case "unusable":
      return complainer(settingsOrDefaults().failOnRevokeError)(words.unusableState[read.why]);
    case "saved":
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => info("Still revoking."));
      return endAll(read.state);
  }
}

function complainer(failsTheJob: boolean): (text: string) => void {
  return failsTheJob ? fail : warn;
}

async function endAll(state: PostState): Promise<void> {
  const { settings, journal } = state;
  const api = connectFastly(state.api, settings.timeoutMs);
  const recover = state.broker
    ? recoverBy(state.broker, api, settings.revoke ? [] : journal.attempts.filter(isHandedOver))
    : recoverWithHelper(readTokenName("recovery", ""), () => credentialsOf(state), {
        guard: guardPassword(journal.password),
        hide,
        report: printProgress,
      });
  const tokens = await endJobTokens(journal, !settings.revoke, api, recover);
  report(tokens, complainer(settings.failOnRevokeError));
  await giveBackVariables(state);
  if (settings.summary && tokens.length > 0) summarizeEnded(tokens, state.granted);
}

/** The broker is asked only about tokens that their own DELETE could not settle. */
function recoverBy(broker: BrokerRoute, api: FastlyApi, kept: readonly Attempt[]): Recover {
  return async (unsettled) => {
    const { openBroker } = await import("./broker/create-through-broker.ts");
    const { recoverThroughBroker } = await import("./broker/recover-through-broker.ts");
    return recoverThroughBroker(broker, openBroker(broker, api), kept)(unsettled, api);
  };
}

function isHandedOver({ status }: Attempt): boolean {
  return status.kind === "handed-over";
}

function report(tokens: readonly TokenReport[], complain: (text: string) => void): void {
  if (tokens.length === 0) info(words.nothingLeft);
  print(words.ended(tokens), complain, words.endedGroup);
}

/** Called when a helper token is needed. Only the credentials that main used are sent. */
async function credentialsOf({ judge }: PostState): ReturnType<AskCredentials> {
  const given = readCredentials();
  if (given.username === "" || given.password === "") return { kind: "no-credentials" };
  const verdict = judge(given);
  if (verdict !== "mains") return { kind: verdict === "others" ? "other-credentials" : "changed-state" };
  const judged = await judgeCredentials(given);
  return judged.kind === "valid"
    ? { kind: "credentials", credentials: judged.inputs }
    : { kind: "no-credentials" };
}

/** A token that stays alive stays in its variables. */
async function giveBackVariables({ settings, journal, exported }: PostState): Promise<void> {
  const givenBack = settings.revoke ? exported : [];
  for (const { status } of journal.attempts)
    if ("accessToken" in status) await giveBackExported(givenBack, status.accessToken);
}
