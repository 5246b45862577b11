/**
 * Every form in which a secret is likely to show up in a log or to be thrown back by a server: masks work on
 * exact strings only, and an encoded secret is another string. Longest first, without empty ones.
 */
export function secretForms(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const percentEncoded = [
    encodeURIComponent(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams([["", wellFormed]]).toString().slice("=".length),
  ];
  const forms = [
    secret,
    secret.trim(),
    ...percentEncoded,
    ...percentEncoded.map((form) => form.replace(/%[0-9A-F]{2}/g, (encoded) => encoded.toLowerCase())),
    escapeHtml(secret),
    JSON.stringify(secret).slice(1, -1),
    base64(secret),
    base64(secret).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
    ...secret.split(/[\r\n]+/).flatMap((line) => [line, line.trim()]),
  ];
  return [...new Set(forms)].filter((form) => form.trim() !== "").sort((a, b) => b.length - a.length);
}

/** A mask on fewer characters than these would blacken words and numbers all over the log, and drop outputs. */
const shortestMask = 4;

/** The forms of a secret that can be masked. */
export function maskableForms(secret: string): string[] {
  return secretForms(secret).filter(isMaskable);
}

/** The runner masks each line of a mask by itself: one with a short line would be as bad as that line. */
function isMaskable(form: string): boolean {
  const lines = form.split(/[\r\n]+/).map((line) => line.trim());
  return lines.every(({ length }) => length === 0 || length >= shortestMask);
}

/** Makes of a text what no markup can be hidden in. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"'`|\r\n]/g,
    (character) => htmlEscapes[character] ?? `&#${character.charCodeAt(0)};`,
  );
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** A user's credentials in the form of HTTP Basic. */
export function basicForm(username: string, password: string): string {
  return base64(`${username}:${password}`);
}

function base64(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}
