import { appendFileSync } from "node:fs";
import { EOL } from "node:os";
import { roughDuration } from "../../text/duration.ts";
import { oneLine } from "../../text/one-line.ts";
import { escapeHtml } from "../../text/secret-forms.ts";
import type { NotKnown, RevokeStatus, TokenReport, TokenStatus } from "../../token/token-status.ts";
import { environment, hasSummaryFile } from "../inputs/environment.ts";
import { warn } from "../log.ts";
import type { Granted } from "../state.ts";
import { isUndone } from "../words/revocations.ts";

/** Writes why a step could not do what it is for. */
export function summarizeRefused(outcome: string, why: string): void {
  if (!hasSummaryFile()) return;
  const lines = why.split("\n").map((line) => escapeHtml(oneLine(line)));
  writeSummary(`<h4>❌ ${outcome}</h4><p>${lines.join("<br>")}</p>`);
}

/** Writes what became of the job's token, with what it was for, and of every other token that the step asked for. */
export function summarizeEnded(tokens: readonly TokenReport[], granted: Granted | undefined): void {
  if (!hasSummaryFile()) return;
  const jobs = tokens.find(({ id }) => granted !== undefined && id === granted.id);
  const others = tokens.filter((token) => token !== jobs);
  const block = jobs && granted ? blockOf(jobs, granted) : "<h4>⚠️ The job got no Fastly token</h4>";
  const rest = others.map((token) => `<li>${code(token.id ?? shortName(token))}: ${statusOf(token)}</li>`);
  const list = `<p>Other tokens that this step asked for:</p><ul>${rest.join("")}</ul>`;
  writeSummary(block + (rest.length > 0 ? list : ""));
}

function blockOf(token: TokenReport, { id, scope, services, serviceCount, at }: Granted): string {
  const lived = token.status.kind === "revoked" ? ` after ${roughDuration(Date.now() - at)}` : "";
  const headline = [`${outcomeOf(token.status)}${lived}`, scopeOf(scope), servicesOf(serviceCount)].join(
    " · ",
  );
  const more = serviceCount > services.length ? ` and ${serviceCount - services.length} more` : "";
  const named = services.length > 0 ? `<br>Services ${services.map(code).join(" ")}${more}` : "";
  const details = `Token ${code(id)}, which ${expiryOf(token)}${named}<br>Name ${code(shortName(token))}`;
  return `<h4>${headline}</h4><p>${details}</p>`;
}

/** `global` may change everything that the user may: it should catch the eye. */
function scopeOf(scope: string): string {
  return scope.split(" ").includes("global") ? `⚠️ ${code(scope)}` : code(scope);
}

function servicesOf(count: number): string {
  if (count === 0) return "⚠️ every service";
  return count === 1 ? "1 service" : `${count} services`;
}

function outcomeOf(status: TokenStatus): string {
  switch (status.kind) {
    case "revoked":
      return "✅ Revoked";
    case "already-gone":
      return status.how === "expired" ? "✅ Expired" : "✅ Already gone";
    case "never-created":
      return "✅ Never created";
    case "kept":
      return "⏳ Kept, because revoke is false";
    case "still-alive":
      return "⚠️ Still alive";
    case "unknown":
      return "⚠️ May be alive";
  }
}

function statusOf(token: TokenReport): string {
  const isAlive = ["kept", "still-alive", "unknown"].includes(token.status.kind);
  return `${outcomeOf(token.status)}${isAlive ? `, ${expiryOf(token)}` : ""}`;
}

function expiryOf({ status, expiresAt }: TokenReport): string {
  if (expiresAt === null) return "never expires";
  const isOver = ["revoked", "already-gone", "never-created"].includes(status.kind);
  return isOver ? `was to expire at ${moment(expiresAt)}` : `expires at ${moment(expiresAt)}`;
}

/** A name begins with the mark and the nonce, which no other token has. */
function shortName({ name }: TokenReport): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

const longestName = 50;

/** `2026-11-28 09:30 UTC`, of a time in ISO 8601; anything else as it stands. */
export function moment(time: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/.exec(time);
  return parts ? `${parts[1]} ${parts[2]} UTC` : escapeHtml(oneLine(time));
}

/** Writes the `revoke` action's job summary: what failed first, and the number of what was revoked in the headline. */
export function summarizeRevocations(
  revoked: readonly { name: string; status: RevokeStatus | NotKnown }[],
): void {
  if (!hasSummaryFile()) return;
  const ended = revoked.filter(({ status }) => isEnded(status));
  const open = revoked.filter(({ status }) => !isEnded(status));
  const head = open.length > 0 ? "⚠️" : "✅";
  const headline = `${head} ${ended.length} of ${revoked.length} Fastly ${revoked.length === 1 ? "token" : "tokens"} ended`;
  const rows = [...open, ...ended].map(({ name, status }) => [code(name), revocationOf(status)]);
  writeSummary(`<h4>${headline}</h4>${table(["Token", "Status"], rows)}`);
}

function isEnded({ kind }: RevokeStatus | NotKnown): boolean {
  return kind === "revoked" || kind === "already-gone";
}

function revocationOf(status: RevokeStatus | NotKnown): string {
  switch (status.kind) {
    case "revoked":
    case "already-gone":
      return outcomeOf(status);
    case "not-known":
      return status.expiry
        ? "⚠️ Fastly says that a token has expired; the log says which"
        : "⚠️ Fastly does not know it: already ended, or mistyped";
    case "still-alive":
    case "unknown":
      return isUndone(status) ? "⚠️ Not revoked; the log says why" : "⚠️ May be alive; the log says why";
  }
}

/** A table; the cells are HTML, so their texts must be escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rowOf = (element: "th" | "td", cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${element} align="left">${cell}</${element}>`).join("")}</tr>`;
  return `<table>${rowOf("th", head)}${rows.map((cells) => rowOf("td", cells)).join("")}</table>`;
}

export function writeSummary(html: string): void {
  try {
    appendFileSync(environment("GITHUB_STEP_SUMMARY"), html + EOL);
  } catch (error) {
    // A summary is a courtesy: the token works without it.
    warn(`The job summary could not be written. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Names and similar texts come from users and servers, so that their markup is escaped. */
export function code(text: string): string {
  return `<code>${escapeHtml(oneLine(text))}</code>`;
}
