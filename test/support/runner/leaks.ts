import { inspect } from "node:util";

export type Leak = { form: string; where: string; text: string };

/** Where a secret stands in a text, as it is or in a form that some layer may have turned it into. */
export function findLeaks(secrets: readonly string[], texts: Readonly<Record<string, string>>): Leak[] {
  const forms = secrets.flatMap((secret) => secretForms(secret));
  return Object.entries(texts).flatMap(([where, text]) =>
    text
      .split("\n")
      .flatMap((line) =>
        forms.filter(({ text }) => line.includes(text)).map(({ form }) => ({ form, where, text: line })),
      ),
  );
}

type Form = { form: string; text: string };

const known = new Map<string, Form[]>();

/** The forms in which a secret could be read back out of a log: worked out once, since each job looks for those of all. */
export function secretForms(secret: string): Form[] {
  const forms = known.get(secret) ?? formsOf(secret);
  known.set(secret, forms);
  return forms;
}

function formsOf(secret: string): Form[] {
  if (secret.length < 4) throw new Error("A secret this short would be found everywhere.");
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const forms: Form[] = [
    { form: "as it is", text: secret },
    ...secret
      .split(/[\r\n]+/u)
      .filter((line) => line.length >= 6)
      .map((text) => ({ form: "a line of it", text })),
    { form: "for a URL", text: encodeURIComponent(secret) },
    { form: "for a URL, strictly", text: encodeStrictly(secret) },
    { form: "for a URL, in lower case", text: lowerCaseEscapes(encodeStrictly(secret)) },
    { form: "for a form", text: new URLSearchParams({ "": secret }).toString().slice(1) },
    { form: "for JSON", text: JSON.stringify(secret).slice(1, -1) },
    { form: "inspected", text: inspect(secret).slice(1, -1) },
    { form: "for HTML", text: escapeHtml(secret) },
    {
      form: "for a command",
      text: secret.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"),
    },
    { form: "hex", text: hex },
    { form: "hex, in upper case", text: hex.toUpperCase() },
    { form: "a printed buffer", text: hex.replace(/..(?!$)/gu, "$& ") },
    ...base64Forms(bytes),
  ];
  return forms.filter((one, at) => forms.findIndex(({ text }) => text === one.text) === at);
}

// What stands before a secret shifts its base64 by none, one or two bytes (`user:password` does). The characters at
// either end that also hold bits of a neighbour are left off.
function base64Forms(secret: Buffer): Form[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), secret])
      .toString("base64")
      .replace(/=+$/u, "");
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + secret.length) * 8) / 6);
    const text = shifted.slice(first, last);
    const urlSafe = text.replaceAll("+", "-").replaceAll("/", "_");
    return text.length < 5
      ? []
      : [
          { form: "base64", text },
          { form: "base64url", text: urlSafe },
        ];
  });
}

function encodeStrictly(text: string): string {
  const code = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/gu, code);
}

function lowerCaseEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase());
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/gu, (character) => entities[character] ?? character);
}
