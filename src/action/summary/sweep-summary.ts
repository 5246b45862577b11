import { escapeHtml } from "../../text/secret-forms.ts";
import type { Finding } from "../../token/sweep-tokens.ts";
import { age, columnOf, leftOut, type Totals, verdictWords } from "../words/sweep.ts";
import { code, moment, writeSummary } from "./job-summary.ts";

/** The runner drops a whole summary over 1 MiB: what does not fit is left out, and the summary says so. */
const roomForRows = 900 * 1024;

const roomForHeading = 300;

/** Writes the sweep's job summary: the totals, and a table of tokens by repository, in the order of the findings. */
export function summarizeSweep(
  findings: readonly Finding[],
  totals: Totals,
  dryRun: boolean,
  serverUrl: string,
): void {
  const { html, left } = tables(findings, serverUrl);
  const more = left > 0 ? `<p>${leftOut(left)}</p>` : "";
  writeSummary(`<h4>${headline(totals, dryRun)}</h4>${html}${more}`);
}

function headline({ swept, wouldSweep, gone, kept, failed }: Totals, dryRun: boolean): string {
  const outcome = dryRun ? `🔍 Dry run: would revoke ${wouldSweep}` : `🧹 Revoked ${swept}`;
  const parts = [
    ...(failed > 0 ? [`❌ Failed to revoke ${failed}`] : []),
    outcome,
    ...(gone > 0 ? [`${gone} already gone`] : []),
    `kept ${kept}`,
  ];
  return parts.join(" · ");
}

const columns = ["Token", "Run", "Age", "Last&nbsp;used", "What was done, and why"];
const head = `<tr>${columns.map((column) => `<th align="left">${column}</th>`).join("")}</tr>`;

function tables(findings: readonly Finding[], serverUrl: string): { html: string; left: number } {
  const shown: { repository: string; row: string }[] = [];
  const headed = new Set<string>();
  let room = roomForRows;
  for (const finding of findings) {
    const { repository } = finding.name;
    const row = rowOf(finding, serverUrl);
    room -= Buffer.byteLength(row) + (headed.has(repository) ? 0 : roomForHeading);
    if (room < 0) break;
    headed.add(repository);
    shown.push({ repository, row });
  }
  const groups = [...Map.groupBy(shown, ({ repository }) => repository)];
  const html = groups.map(([repository, rows]) => {
    const body = rows.map(({ row }) => row).join("");
    return `<h5>${escapeHtml(repository)}</h5><table>${head}${body}</table>`;
  });
  return { html: html.join(""), left: findings.length - shown.length };
}

function rowOf(finding: Finding, serverUrl: string): string {
  const { token, name, ageMs } = finding;
  const url = `${serverUrl}/${name.repository}/actions/runs/${name.runId}/attempts/${name.runAttempt}`;
  const attempt = name.runAttempt === "1" ? "" : ` (attempt ${name.runAttempt})`;
  const run = `<a href="${escapeHtml(url)}">${escapeHtml(name.job)} in run ${name.runId}${attempt}</a>`;
  const cells = [
    code(token.id),
    run,
    age(ageMs).replaceAll(" ", "&nbsp;"),
    token.lastUsedAt === null ? "never" : moment(token.lastUsedAt),
    `${iconOf(finding)} ${escapeHtml(verdictWords(finding))}`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function iconOf({ verdict }: Finding): string {
  const icons = { failed: "❌", swept: "✅", wouldSweep: "🔍", gone: "✅", kept: "⏳" } as const;
  return verdict.kind === "run-unknown" ? "❔" : icons[columnOf(verdict)];
}
