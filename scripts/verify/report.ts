import { escapeHtml } from "../../src/text/secret-forms.ts";
import type { Assumption } from "./assumptions.ts";
import { page } from "./assumptions.ts";
import type { Ended } from "./end.ts";
import type { Run } from "./run.ts";
import { notChecked, type Verdict } from "./verdict.ts";

export interface Outcome {
  run: Run;
  verdicts: ReadonlyMap<string, Verdict>;
  ended: Ended;
  assumptions: readonly Assumption[];
  version: string;
  at: Date;
}

const marks = {
  holds: "✅ holds",
  "does-not-hold": "❌ does not hold",
  "not-checked": "➖ not checked",
} as const;

/** Markdown to paste into an issue: without secrets, and with IDs masked. */
export function formatReport({ run, verdicts, ended, assumptions, version, at }: Outcome): string {
  const results = assumptions.map((assumption) => ({
    ...assumption,
    verdict: verdicts.get(assumption.name) ?? notChecked("the run ended before it"),
  }));
  const count = (kind: Verdict["kind"]) => results.filter(({ verdict }) => verdict.kind === kind).length;
  const rows = (["does-not-hold", "holds", "not-checked"] as const).flatMap((kind) =>
    results.filter(({ verdict }) => verdict.kind === kind).map((result) => row(result)),
  );
  const text = `## What Fastly's API does

**${count("holds")} hold, ${count("does-not-hold")} do not hold, ${count("not-checked")} were not checked.** Written by \`npm run verify\` of version ${version} at ${at.toISOString()},
against ${run.account.apiUrl}, with ${run.answers.length} requests, ${run.passwordSends} of them with the password. [What each name means](${page}).

| name | assumption | source | result | what was seen |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

${endOf(ended)}
`;
  return run.masks.strike(text);
}

function row({ name, statement, source, verdict }: Assumption & { verdict: Verdict }): string {
  const seen = verdict.kind === "not-checked" ? verdict.why : verdict.saw;
  return `| \`${name}\` | ${statement} | ${source} | ${marks[verdict.kind]} | ${harmless(seen)} |`;
}

/** A text of Fastly's in a table: it adds no cell, and notifies nobody on GitHub. */
function harmless(text: string): string {
  return escapeHtml(text).replaceAll("@", "&#64;");
}

export function endOf({ ended, left }: Ended): string {
  const done = `${ended} ${ended === 1 ? "token of this run has" : "tokens of this run have"} ended.`;
  if (left.length === 0) return `${done} None is left.`;
  const lines = left.map(
    ({ name, expiresAt }) => `- \`${name.slice(0, 60)}…\`, expires at ${expiresAt ?? "an unknown time"}`,
  );
  return `${done} **${left.length} may be alive.** Look for ${left.length === 1 ? "it" : "them"} in Fastly's control panel, and revoke what you find:\n\n${lines.join("\n")}`;
}
