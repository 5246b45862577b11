import { isPlain } from "../../text/one-line.ts";
import { decodeUtf8 } from "../../text/utf8.ts";
import { readBody } from "./read-body.ts";
import { malformed, type Refused } from "./refusal.ts";

const maxBytes = 16 * 1024;

export type Form<Name extends string> = { kind: "form"; fields: Readonly<Partial<Record<Name, string>>> };

/**
 * Reads a form. Strict, since what two readers could read in two ways is what attacks are made of: parameters that
 * are not known or stand there twice are refused, and so are encodings that are none, and control characters.
 */
export async function readForm<Name extends string>(
  request: Request,
  names: readonly Name[],
): Promise<Form<Name> | Refused> {
  if (request.url.includes("?")) return malformed("Send the parameters in the body, not in the URL.");
  if (!isForm(request.headers.get("content-type")))
    return malformed("Send the parameters as application/x-www-form-urlencoded.");
  const read = await readBody(request, maxBytes);
  if (read.kind === "refused") return read;
  const text = decodeUtf8(read.bytes);
  if (text === undefined) return malformed("The body is not UTF-8.");
  const fields: Partial<Record<string, string>> = Object.create(null);
  for (const pair of text === "" ? [] : text.split("&")) {
    const at = pair.indexOf("=");
    const name = decodePart(at < 0 ? pair : pair.slice(0, at));
    const encoded = at < 0 ? undefined : pair.slice(at + 1);
    const value = encoded === undefined ? undefined : decodePart(encoded);
    if (name === undefined || value === undefined) return malformed("The form in the body is malformed.");
    if (!names.includes(name as Name)) return malformed(`${unknown(name)} Use only: ${names.join(", ")}.`);
    if (fields[name] !== undefined) return malformed(`The parameter ${name} is repeated.`);
    if (!isPlain(value) && hasControls(value))
      return malformed(`The parameter ${name} contains control characters.`);
    fields[name] = value;
  }
  return { kind: "form", fields: fields as Partial<Record<Name, string>> };
}

/** Names it where it reads like the name of a parameter; anything else may be a secret at the wrong place. */
function unknown(name: string): string {
  return /^[a-z][a-z_]{0,29}$/.test(name)
    ? `The parameter ${name} is unknown.`
    : "The form has an unknown parameter.";
}

function isForm(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded(?:;\s*charset="?utf-8"?)?$/i.test(contentType?.trim() ?? "");
}

/** @returns the same text where it stands there as it is, as names and JWTs do: one look says so */
function decodePart(part: string): string | undefined {
  if (plain.test(part)) return part;
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** A text that an encoded form states as it is, such as a JWT. */
const plain = /^[A-Za-z0-9._-]*$/;

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}
