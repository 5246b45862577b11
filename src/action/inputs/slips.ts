import { quoted } from "../log.ts";

/*
 * What is said of a value that cannot be used. A secret that got into the wrong input is masked as a whole, and its
 * parts are not: so a value is described, and quoted only where it is a near miss of a known word.
 */

/** Splits a list at spaces, line ends and commas; empty parts and repetitions are dropped. */
export function splitList(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ""))];
}

/** Names one item of a list without quoting it: `item 2 of 3 (7 characters)`. */
export function describeItem(items: readonly string[], index: number): string {
  const length = describeLength(items[index] ?? "");
  return items.length === 1 ? `the value (${length})` : `item ${index + 1} of ${items.length} (${length})`;
}

export function describeLength(text: string): string {
  return text.length === 1 ? "1 character" : `${text.length} characters`;
}

/** The known word that a text most likely means: it differs in case, in hyphens, or by a letter or two. */
export function nearest<T extends string>(text: string, known: readonly T[]): T | undefined {
  const plain = simplify(text);
  const exact = known.find((word) => simplify(word) === plain);
  if (exact !== undefined) return exact;
  const [closest] = known
    .map((word) => ({ word, distance: distance(plain, simplify(word)) }))
    .filter(({ word, distance }) => distance <= (word.length < 5 ? 1 : 2))
    .sort((a, b) => a.distance - b.distance);
  return closest?.word;
}

/** `"purge-all"; did you mean purge_all?` Only for a text that `nearest` has found a word for. */
export function didYouMean(text: string, word: string): string {
  return `${quoted(text, 30)}; did you mean ${word}?`;
}

function simplify(text: string): string {
  // Full-width letters are letters.
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}

/** How many letters have to be put in, left out or changed to make one text of another (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/**
 * What is wrong with the form of a whole list, likeliest first, whatever its items are.
 *
 * @returns undefined where the form is that of a list
 */
export function listSlip(text: string): string | undefined {
  const trimmed = text.trim();
  if (isMasked(trimmed)) return masked;
  if (isUnexpanded(trimmed) || /^%\w+%$/.test(trimmed)) return unexpanded;
  if (/^[[{]/.test(trimmed)) return "is written as JSON. Write a plain list instead.";
  if (/^-\s/m.test(trimmed))
    return "is written as a YAML list. Write the items separated by spaces, without hyphens.";
  if (/["'`“”‘’]/.test(trimmed)) return "contains quotation marks. Remove them.";
  if (/[;|]/.test(trimmed)) return "has items separated by semicolons or bars. Separate them with spaces.";
  return undefined;
}

/** Whether a text is what GitHub shows in the place of a secret. */
export function isMasked(text: string): boolean {
  return /^\*{3,}$/.test(text);
}

const masked = "contains only asterisks, which GitHub shows in place of a secret. Use the value itself.";

export const unexpanded = `contains the name of a variable instead of its value. In a workflow, write \${{ env.NAME }} or \${{ vars.NAME }}.`;

/** A variable, or an expression, that nobody has put a value in place of. */
export function isUnexpanded(text: string): boolean {
  return /^\$|\$\{\{/.test(text);
}

/** A value in quotation marks, as copied from a script. */
export function isInQuotes(text: string): boolean {
  return /^(["'`]).*\1$|^[“‘].*[”’]$/s.test(text) && text.length > 1;
}
