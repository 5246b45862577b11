import type { MissingHelper, StatusProblem, TokenReport } from "../../token/token-status.ts";
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
  const which = helpers.map(({ id, name }) => id ?? `named ${quoted(name, 300)}`).join(", ");
  const last = helpers
    .map(({ expiresAt }) => expiresAt ?? "never")
    .toSorted()
    .at(-1);
  const why =
    first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
  return helpers.length === 1
    ? `Leftover helper token ${which} may be alive; it expires by itself at ${last}.${why}`
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

/** What became of one token, and how it is reported. */
export function ended(token: TokenReport): { level: "info" | "problem"; text: string } {
  const which = token.id ?? `named ${quoted(token.name, 300)}`;
  const { status } = token;
  switch (status.kind) {
    case "revoked":
      return { level: "info", text: `Revoked Fastly token ${which}.` };
    case "already-gone": {
      const how = status.how === "expired" ? "it has expired" : "it was revoked before";
      return { level: "info", text: `Fastly token ${which} is already gone: ${how}.` };
    }
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
      return "A helper token was needed, and post has no credentials to create one.";
    case "other-credentials":
      return "A helper token was needed, and post was given other credentials than main used, so they were not sent. Within composite actions the runner gives post the inputs of an outer action.";
    default:
      return `A helper token was needed. ${noHelper(helper)}`;
  }
}
