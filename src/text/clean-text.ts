import { oneLine } from "./one-line.ts";
import { secretForms } from "./secret-forms.ts";

/** A shorter piece of a secret gives nothing away, and turns up in any sentence. */
const shortestPiece = 4;

/**
 * Makes a server's text fit to be shown: what was secret in the request is struck out (a server may echo it, in
 * another case or cut short), line ends and other control characters become spaces, and the rest is shortened.
 */
export function cleanText(text: string, secrets: readonly string[], longest = 200): string {
  const forms = secrets.flatMap(secretForms);
  // Twice: a secret may hold what the first pass leaves out, and what it leaves out may stand within a secret.
  const clean = strike(oneLine(strike(text, forms)), forms).trim();
  const shown = strikeCutSecret(clean, forms);
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}

function strike(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replace(new RegExp(escapeRegExp(form), "gi"), "***"), text);
}

/** A server shortens its own texts as well: the last word may be the beginning of a secret. */
function strikeCutSecret(text: string, forms: readonly string[]): string {
  const [ending = ""] = /(?:\.\.\.|…)?["')\]]*$/.exec(text) ?? [];
  const body = text.slice(0, text.length - ending.length).toLowerCase();
  const cut = Math.max(0, ...forms.map((form) => overlap(body, form.toLowerCase())));
  return cut < shortestPiece ? text : `${text.slice(0, body.length - cut)}***${ending}`;
}

/** How many characters at the end of a text are the beginning of a secret. */
function overlap(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1); length >= shortestPiece; length--)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
