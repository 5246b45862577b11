import { decodedForms, simplify } from "./decoded-forms.ts";
import { oneLine } from "./one-line.ts";
import { secretForms } from "./secret-forms.ts";

/** A shorter piece of a secret gives nothing away, and turns up in any sentence. */
const shortestPiece = 4;

/** A shorter text may stand by chance in what something decodes to. */
const shortestDecoded = 6;

/**
 * Makes a server's text fit to be shown: what was secret in the request is struck out (a server may echo it, in
 * another case or cut short), line ends and other control characters become spaces, and the rest is shortened. A text
 * that gives a secret away once it is decoded is struck out as a whole.
 */
export function cleanText(text: string, secrets: readonly string[], longest = 200): string {
  const forms = secrets.flatMap(secretForms);
  // Twice: a secret may hold what the first pass leaves out, and what it leaves out may stand within a secret.
  const clean = strike(oneLine(strike(text, forms)), forms).trim();
  const shown = holdsEncoded(clean, secrets) ? "***" : strikeCutSecret(clean, forms);
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}

function strike(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replace(new RegExp(escapeRegExp(form), "gi"), "***"), text);
}

function holdsEncoded(text: string, secrets: readonly string[]): boolean {
  const plain = secrets.map(simplify).filter(({ length }) => length >= shortestDecoded);
  return decodedForms(text).some((form) => plain.some((secret) => form.includes(secret)));
}

/** A server shortens its own texts as well: the last word, or one before dots, may be the beginning of a secret. */
function strikeCutSecret(text: string, forms: readonly string[]): string {
  return text
    .split(/(?<=\.\.\.|…)/)
    .map((part) => strikeAtEnd(part, forms))
    .join("");
}

function strikeAtEnd(text: string, forms: readonly string[]): string {
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
