import { appendFileSync } from "node:fs";
import { EOL } from "node:os";
import type { CreatedToken } from "../../fastly/index.ts";
import { oneLine } from "../../text/one-line.ts";
import { escapeHtml } from "../../text/secret-forms.ts";
import type { NotKnown, RevokeStatus, TokenReport } from "../../token/token-status.ts";
import { environment } from "../inputs/environment.ts";
import { warn } from "../log.ts";
import { isUndone } from "../words/revocations.ts";

/** Writes main's part of the job summary: what was created. */
export async function summarizeCreated(token: CreatedToken): Promise<void> {
  const services = token.services.length > 0 ? token.services.map(code).join("<br>") : "every service";
  await write("Fastly token", [
    ["Property", "As Fastly granted it"],
    ["ID", code(token.id)],
    ["Name", code(token.name)],
    ["Scope", code(token.scope)],
    ["Services", services],
    ["Expires", code(token.expiresAt ?? "never")],
  ]);
}

/** Writes post's part of the job summary: what became of each token. */
export async function summarizeEnded(tokens: readonly TokenReport[]): Promise<void> {
  const rows = tokens.map((token): [string, string] => [code(token.id ?? token.name), statusText(token)]);
  await write("Fastly token, at the end of the job", [["Token", "What became of it"], ...rows]);
}

function statusText({ status, expiresAt }: TokenReport): string {
  const expiry = expiresAt === null ? "never expires by itself" : `expires by itself at ${code(expiresAt)}`;
  switch (status.kind) {
    case "revoked":
      return "✅ revoked";
    case "already-gone":
      return status.how === "expired" ? "✅ expired" : "✅ already gone";
    case "never-created":
      return "✅ never created";
    case "kept":
      return `kept, as revoke is false; ${expiry}`;
    case "still-alive":
      return `⚠️ still alive; ${expiry}`;
    case "unknown":
      return `⚠️ may be alive; ${expiry}`;
  }
}

/** Writes the `revoke` action's job summary: what became of each token. */
export async function summarizeRevocations(
  revoked: readonly { name: string; status: RevokeStatus | NotKnown }[],
): Promise<void> {
  const rows = revoked.map(({ name, status }): [string, string] => [code(name), revocationFate(status)]);
  await write("Revoked Fastly tokens", [["Token", "What became of it"], ...rows]);
}

function revocationFate(status: RevokeStatus | NotKnown): string {
  switch (status.kind) {
    case "revoked":
      return "✅ revoked";
    case "already-gone":
      return status.how === "expired" ? "✅ expired" : "✅ already gone";
    case "not-known":
      return "⚠️ not known to Fastly: ended before, or mistyped";
    case "still-alive":
    case "unknown":
      return isUndone(status) ? "⚠️ not revoked; the log says why" : "⚠️ may still be alive; the log says why";
  }
}

async function write(heading: string, rows: [string, string][]): Promise<void> {
  const [head = [], ...body] = rows;
  const table = [rowOf("th", head), ...body.map((cells) => rowOf("td", cells))].join("");
  await writeSummary(`<h4>${heading}</h4><table>${table}</table>`);
}

function rowOf(element: "th" | "td", cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${element} align="left">${cell}</${element}>`).join("")}</tr>`;
}

export async function writeSummary(html: string): Promise<void> {
  try {
    appendFileSync(environment("GITHUB_STEP_SUMMARY"), html + EOL);
  } catch (error) {
    // A summary is a courtesy: the token is none the worse without it.
    warn(`The job summary could not be written. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Names and the like come from users and servers: nothing of them may be taken for markup. */
export function code(text: string): string {
  return `<code>${escapeHtml(oneLine(text))}</code>`;
}
