import { parseTokenName } from "../../token/token-name.ts";
import {
  isLeft,
  type MissingHelper,
  type StatusProblem,
  type TokenReport,
  type TokenStatus,
} from "../../token/token-status.ts";
import { quoted } from "../log.ts";
import { explain } from "./errors.ts";
import { noHelper } from "./minting.ts";

/**
 * Helper tokens that could not be ended, in one line.
 *
 * @param isExplained whether another message has said already what went wrong
 */
export function leftoverHelpers(helpers: readonly TokenReport[], isExplained: boolean): string {
  const [first] = helpers;
  const which = helpers.map(whichToken).join(", ");
  const last = helpers
    .map(({ expiresAt }) => expiresAt ?? "never")
    .toSorted()
    .at(-1);
  const why =
    first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
  return first && helpers.length === 1
    ? `Leftover helper token ${which} may be alive; ${expiry(first)}.${why}`
    : `Leftover helper tokens may be alive: ${which}. The last of them expires by itself at ${last}.${why}`;
}

export const interrupted = "Interrupted before the work was done; what is reported above is done.";

export const nothingLeft = "Main left no Fastly token alive, so there is nothing to revoke.";

export const nothingToRevoke = "This step asked for no Fastly token, so there is nothing to revoke.";

const lookForIt =
  "If main created a token, it expires by itself; look for it in Fastly's control panel by this run's number.";

/** Why post goes by nothing, and sends nothing. */
export const unusableState = {
  unreadable: `What main saved for post cannot be read, so nothing was sent. ${lookForIt}`,
  "another-step": `What was saved for post belongs to another run, job or step, so nothing was sent. ${lookForIt}`,
} as const;

/** A line for the log, or something that a person should look at; a problem may fail the job. */
export interface Message {
  level: "info" | "warning" | "problem";
  text: string;
}

/** What became of a job's tokens: a message each, but one for all that the same problem left, and one for leftover helper tokens. */
export function ended(reports: readonly TokenReport[]): Message[] {
  const tokens = reports.filter((report) => !isHelper(report));
  const helpers = reports.filter((report) => isHelper(report) && isLeft(report.status));
  const groups = Map.groupBy(tokens, (report) => problemKey(report.status) ?? report);
  const messages = [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (!first) return [];
    return others.length > 0 && "problem" in first.status
      ? [endedAlike(group, first.status)]
      : [endedAlone(first)];
  });
  if (helpers.length === 0) return messages;
  const isExplained = messages.some(({ level }) => level === "problem");
  return [...messages, { level: "problem", text: leftoverHelpers(helpers, isExplained) }];
}

function isHelper({ name }: TokenReport): boolean {
  const use = parseTokenName(name)?.use;
  return use !== undefined && use !== "job";
}

type Left = Extract<TokenStatus, { problem: StatusProblem }>;

/** Alike where one and the same outage or refusal left tokens alive. */
function problemKey(status: TokenStatus): string | undefined {
  if (!("problem" in status)) return undefined;
  const { problem } = status;
  const code = problem.kind === "error" ? problem.error.code : "";
  return `${status.kind} ${problem.kind} ${code}`;
}

function endedAlike(reports: readonly TokenReport[], { kind, problem }: Left): Message {
  const which = reports.map((report) => `${whichToken(report)}, ${expiry(report)}`).join("; ");
  const state = kind === "unknown" ? "may be alive" : "are still alive";
  const advice = "To end them now, revoke them in Fastly's control panel.";
  return {
    level: "problem",
    text: `Fastly tokens ${state}. ${problemWords(problem)} ${advice} They are: ${which}.`,
  };
}

function endedAlone(token: TokenReport): Message {
  const which = whichToken(token);
  const { status } = token;
  switch (status.kind) {
    case "revoked":
      return { level: "info", text: `Revoked Fastly token ${which}.` };
    case "already-gone":
      return { level: "info", text: `Fastly token ${which} is already gone: ${howGone(status)}.` };
    case "never-created":
      return { level: "info", text: `Fastly token ${which} was never created.` };
    case "kept":
      return {
        level: "info",
        text: `Fastly token ${which} stays alive, because revoke is false; ${expiry(token)}.`,
      };
    case "still-alive":
    case "unknown": {
      const state = status.kind === "unknown" ? "may be alive" : "is still alive";
      const advice = "To end it now, revoke it in Fastly's control panel.";
      const text = `Fastly token ${which} ${state}; ${expiry(token)}. ${problemWords(status.problem)} ${advice}`;
      return { level: "problem", text };
    }
  }
}

export function howGone({ how }: Extract<TokenStatus, { kind: "already-gone" }>): string {
  return how === "expired" ? "it has expired" : "it was revoked before";
}

function whichToken({ id, name }: TokenReport): string {
  return id ?? `named ${quoted(name, 300)}`;
}

function expiry({ expiresAt }: TokenReport): string {
  return expiresAt === null ? "it never expires by itself" : `it expires by itself at ${expiresAt}`;
}

export function problemWords(problem: StatusProblem): string {
  switch (problem.kind) {
    case "error":
      return explain(problem.error);
    case "may-still-appear":
      return "The response to its create was lost, and it is too early to say that it was never created.";
    case "list-without-helper":
      return "Fastly's list of tokens could not be verified: it does not show the helper token that read it.";
    case "broker":
      return `The broker could have ended it, but did not: ${problem.reason}.`;
    case "no-helper": {
      const self = problem.selfError ? ` ${explain(problem.selfError)}` : "";
      return `${missingHelper(problem.helper)}${self}`;
    }
  }
}

function missingHelper(helper: MissingHelper): string {
  switch (helper.kind) {
    case "no-credentials":
      return "Only a helper token could revoke it, and post has no credentials to create one.";
    case "other-credentials":
      return "Only a helper token could revoke it, but the credentials that post was given do not match what main saved, so they were not sent. Within composite actions the runner gives post the inputs of an outer action.";
    case "changed-state":
      return "Only a helper token could revoke it, but what main saved for post was changed since, so no credentials were sent. Check whether another step of the job writes to the runner's files.";
    default:
      return noHelper(helper);
  }
}
