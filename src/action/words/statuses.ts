import { parseTokenName } from "../../token/token-name.ts";
import { isLeft, type StatusProblem, type TokenReport, type TokenStatus } from "../../token/token-status.ts";
import { quoted } from "../log.ts";
import { problemKey, problemWords } from "./problems.ts";

/**
 * Helper tokens that could not be ended, in one line.
 *
 * @param isExplained whether another message has said already what went wrong
 */
export function leftoverHelpers(helpers: readonly TokenReport[], isExplained: boolean): string {
  const [first] = helpers;
  const which = helpers.map(whichToken).join(", ");
  const why =
    first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
  return first && helpers.length === 1
    ? `Leftover helper token ${which} may be alive; it ${expiry(first)}.${why}`
    : `Leftover helper tokens may be alive: ${which}. ${lastExpiry(helpers)}.${why}`;
}

function lastExpiry(tokens: readonly TokenReport[]): string {
  const times = tokens.flatMap(({ expiresAt }) => expiresAt ?? []).toSorted();
  return times.length < tokens.length
    ? "One of them never expires"
    : `The last of them expires at ${times.at(-1)}`;
}

export const interrupted = "Interrupted before the step was finished. Everything reported above is complete.";

export const nothingLeft = "Main left no live Fastly token, so there is nothing to revoke.";

export const nothingToRevoke = "This step did not request a Fastly token, so there is nothing to revoke.";

const lookForIt =
  "If main created a token, it stays valid until it expires. To find it, look in Fastly's control panel for a token with this run's number in its name.";

/** Why post ignores the state, and sends nothing. */
export const unusableState = {
  unreadable: `The state that main saved for post cannot be read, so nothing was sent. ${lookForIt}`,
  "another-step": `The state that was saved for post belongs to another run, job or step, so nothing was sent. ${lookForIt}`,
} as const;

/** A line for the log, or something that a person should look at; a problem may fail the job. */
export interface Message {
  level: "info" | "warning" | "problem";
  text: string;
}

export const endedGroup = "Tokens of this step";

/** What became of a job's tokens: a message each, but one for all that the same problem left, and one for leftover helper tokens. */
export function ended(reports: readonly TokenReport[]): Message[] {
  const tokens = reports.filter((report) => !isHelper(report));
  const helpers = reports.filter((report) => isHelper(report) && isLeft(report.status));
  const groups = Map.groupBy(tokens.filter(isOpen), ({ status }) => problemKey(status.problem));
  const messages = [...tokens.flatMap(endedWell), ...[...groups.values()].flatMap(leftOpen)];
  if (helpers.length === 0) return messages;
  const isExplained = messages.some(({ level }) => level === "problem");
  return [...messages, { level: "problem", text: leftoverHelpers(helpers, isExplained) }];
}

function isHelper({ name }: TokenReport): boolean {
  const use = parseTokenName(name)?.use;
  return use !== undefined && use !== "job";
}

/** A token that is, or may be, alive against the job's will. */
type Left = TokenReport & { status: Extract<TokenStatus, { problem: StatusProblem }> };

function isOpen(report: TokenReport): report is Left {
  return isLeft(report.status);
}

/** Tokens that one and the same problem left. */
function leftOpen(group: readonly Left[]): Message[] {
  const [first, ...others] = group;
  if (!first) return [];
  const mayBeAlive = group.some(({ status }) => status.kind === "unknown");
  const why = problemWords(first.status.problem, ...others.map(({ status }) => status.problem));
  if (others.length === 0) {
    const state = mayBeAlive ? "may be alive" : "is still alive";
    const text = `Fastly token ${whichToken(first)} ${state}; it ${expiry(first)}. ${why} To end it now, revoke it in Fastly's control panel.`;
    return [{ level: "problem", text }];
  }
  const which = group.map((report) => `${whichToken(report)} (${expiry(report)})`).join(", ");
  const state = mayBeAlive ? "may be alive" : "are still alive";
  const text = `Fastly tokens ${state}. ${why} To end them now, revoke them in Fastly's control panel. They are: ${which}.`;
  return [{ level: "problem", text }];
}

function endedWell(token: TokenReport): Message[] {
  const which = whichToken(token);
  const { status } = token;
  switch (status.kind) {
    case "revoked":
      return [{ level: "info", text: `Revoked Fastly token ${which}.` }];
    case "already-gone":
      return [{ level: "info", text: `Fastly token ${which} is already gone: ${howGone(status)}.` }];
    case "never-created":
      return [{ level: "info", text: `Fastly token ${which} was never created.` }];
    case "kept": {
      const text = `Fastly token ${which} stays alive, because revoke is false; it ${expiry(token)}.`;
      return [{ level: "info", text }];
    }
    case "still-alive":
    case "unknown":
      return [];
  }
}

export function howGone({ how }: Extract<TokenStatus, { kind: "already-gone" }>): string {
  return how === "expired" ? "it has expired" : "it was revoked earlier";
}

function whichToken({ id, name }: TokenReport): string {
  return id ?? `named ${quoted(name, 300)}`;
}

function expiry({ expiresAt }: TokenReport): string {
  return expiresAt === null ? "never expires" : `expires at ${expiresAt}`;
}
