import { secretForms } from "./secret-forms.ts";

const longest = 200;

/**
 * Makes a server's text fit to be shown: secrets that were part of the request are struck out (a server
 * may echo them), line ends and other control characters become spaces, and the rest is shortened.
 */
export function cleanText(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets.flatMap(secretForms)) clean = clean.replaceAll(secret, "***");
  clean = clean.replace(/[\p{Cc}\p{Zl}\p{Zp}\ufeff]+/gu, " ").trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
