import type { FastlyError } from "../../fastly/index.ts";
import type { Revocation } from "../../token/revoke-in-bulk.ts";
import type { UnseenStatus } from "../../token/revoke-self.ts";
import type { NotKnown, RevokeStatus, StatusProblem } from "../../token/token-status.ts";
import { describeItem } from "../inputs/slips.ts";
import { quoted } from "../log.ts";
import { problemKey, problemWords } from "./problems.ts";
import { howGone, type Message } from "./statuses.ts";

/** Fastly's IDs have 22 letters and digits (as recorded); some large enough number may have fewer. */
const usualIdLength = 22;

export const revocationsGroup = "Tokens that have ended";

export const doubtfulGroup = "IDs that look mistyped";

/** What is said before anything is sent. */
export function doubtfulIds(ids: readonly string[]): Message[] {
  return ids.flatMap((id, index) =>
    id.length === usualIdLength
      ? []
      : [{ level: "info", text: `Token ID ${nameOfId(ids, index)} ${isUnusual(id)}.` }],
  );
}

function isUnusual({ length }: string): string {
  return `has ${length} characters, but Fastly's IDs have ${usualIdLength}, so it is probably mistyped`;
}

/** What became of tokens that were named by their IDs. One problem is one message, whatever the number of tokens. */
export function revocations(done: readonly Revocation[], ids: readonly string[]): Message[] {
  const nameOf = ({ id }: Revocation) => nameOfId(ids, ids.indexOf(id));
  const groups = Map.groupBy(done, groupKey);
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    return first ? [messageOf(first, others, group.map(nameOf))] : [];
  });
}

/** The same for tokens of which there is one and the same thing to report. */
function groupKey({ id, status }: Revocation): string {
  if (status.kind === "not-known")
    return id.length === usualIdLength ? `not-known ${status.responseLost}` : id;
  return "problem" in status ? `${isUndone(status)} ${problemKey(status.problem)}` : id;
}

function messageOf(
  { id, status }: Revocation,
  others: readonly Revocation[],
  names: readonly string[],
): Message {
  const [name = ""] = names;
  const one = others.length === 0;
  switch (status.kind) {
    case "revoked":
      return { level: "info", text: `Revoked Fastly token ${name}.` };
    case "already-gone":
      return { level: "info", text: `Fastly token ${name} is already gone: ${howGone(status)}.` };
    case "not-known": {
      const doubt = id.length === usualIdLength ? "" : ` The ID ${isUnusual(id)}.`;
      const what = one
        ? `token ID ${name}. Fastly does not know this ID: the token has already ended, or the ID is mistyped.`
        : `token IDs ${listed(names)}. Fastly does not know these IDs: the tokens have already ended, or the IDs are mistyped.`;
      const outcome = status.responseLost
        ? "The revocation was not confirmed for"
        : "Nothing was revoked for";
      return { level: "warning", text: `${outcome} ${what}${lostWords(status, one)}${doubt}` };
    }
    case "still-alive":
    case "unknown": {
      const what = isUndone(status)
        ? `${one ? "was" : "were"} not revoked`
        : `may still be alive: ${one ? "its" : "their"} revocation was not confirmed`;
      const text = `Fastly ${one ? "token" : "tokens"} ${listed(names)} ${what}. ${problemWords(status.problem, ...others.flatMap(problemOf))}`;
      return { level: "problem", text };
    }
  }
}

function problemOf({ status }: Revocation): StatusProblem[] {
  return "problem" in status ? [status.problem] : [];
}

/** What became of the token that was given to revoke itself. */
export function ownRevocation(status: UnseenStatus, token: string): Message {
  switch (status.kind) {
    case "revoked":
      return { level: "info", text: "Revoked the given Fastly token." };
    case "not-known": {
      if (status.expiry) return { level: "info", text: `${saidExpired(status.expiry)}${lostWords(status)}` };
      const text = `Fastly does not know the given token: it has already ended, or it is mistyped.${lostWords(status)}`;
      const doubt = tokenDoubt(token);
      return { level: doubt === "" ? "info" : "warning", text: text + doubt };
    }
    case "still-alive":
    case "unknown": {
      const what = isUndone(status)
        ? "was not revoked"
        : "may still be alive: its revocation was not confirmed";
      const text = `The given Fastly token ${what}. ${problemWords(status.problem)}${tokenDoubt(token)}`;
      return { level: "problem", text };
    }
  }
}

/** The ID in Fastly's sentence lets a person tell whether it is about this token. */
function saidExpired({ msg = "" }: FastlyError): string {
  return `The given Fastly token was not revoked, because Fastly says that the key has expired: ${quoted(msg)}. If this is the ID of the given token, the token has expired. If not, a proxy or gateway sends another key.`;
}

const usualTokenLength = 32;

/** Fastly's tokens have 32 letters, digits, hyphens and underscores (as recorded). */
function tokenDoubt({ length }: string): string {
  if (length === usualTokenLength) return "";
  return ` It has ${length} characters, but Fastly's tokens have ${usualTokenLength}, so it is probably mistyped.`;
}

function lostWords({ responseLost }: NotKnown, one = true): string {
  return responseLost
    ? ` The response to an earlier request was lost, so this step may have revoked ${one ? "it" : "them"}.`
    : "";
}

/** Whether no request that was sent can have revoked it. */
export function isUndone(status: Extract<RevokeStatus, { kind: "still-alive" | "unknown" }>): boolean {
  return status.problem.kind === "error" && !status.problem.error.mayHaveHappened;
}

const mostListed = 20;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return `${names.slice(0, mostListed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Short texts are described: the parts of a secret that got into the wrong input are not masked. */
export function nameOfId(ids: readonly string[], index: number): string {
  return shownId(ids[index] ?? "") ?? `(${describeItem(ids, index)})`;
}

/** @returns null for a text too short to be shown */
export function shownId(id: string): string | null {
  return id.length < shortestShown ? null : id;
}

const shortestShown = 16;
