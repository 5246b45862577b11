import { decodeUtf8 } from "./utf8.ts";

/**
 * What a text may read as once somebody has decoded it: percent-encoding, entities and escapes, as often as they were
 * applied, and whatever stands in it as base64 or hex. In lower case and without white space.
 */
export function decodedForms(text: string): string[] {
  const plain = decodeTwice(text);
  const packed = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([run]) => [
    ...[0, 1, 2, 3].map((start) => fromBase64(run.slice(start))),
    ...[0, 1].map((start) => fromHex(run.slice(start))),
  ]);
  return [plain, ...packed.map(decodeTwice)].map(simplify);
}

/** A text in the form in which `decodedForms` gives what it finds. */
export function simplify(text: string): string {
  return narrow(text).toLowerCase().replace(/\s+/g, "");
}

/** Full-width letters and their like as plain ones, where the runtime knows them: Fastly Compute's does not. */
function narrow(text: string): string {
  return "normalize" in String.prototype ? text.normalize("NFKC") : text;
}

function decodeTwice(text: string): string {
  return decodeOnce(decodeOnce(text));
}

function decodeOnce(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => fromUtf8(encoded.slice(1).split("%")) ?? encoded)
    .replace(/&#(\d{1,7});/g, (entity, digits: string) => character(Number(digits)) ?? entity)
    .replace(/&#x([0-9a-f]{1,6});/gi, (entity, digits: string) => character(Number(`0x${digits}`)) ?? entity)
    .replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number(`0x${digits}`)))
    .replace(/\\(["'/\\])/g, "$1");
}

function character(code: number): string | undefined {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

function fromHex(run: string): string {
  const [digits = ""] = /^(?:[0-9a-f]{2})*/i.exec(run) ?? [];
  return lenient.decode(bytesOf(digits.match(/../g) ?? []));
}

function fromBase64(run: string): string {
  const usual = run.replaceAll("-", "+").replaceAll("_", "/");
  // A group of four is three bytes; what is left at the end may be half of one.
  const whole = usual.slice(0, usual.length - (usual.length % 4 === 1 ? 1 : 0));
  return lenient.decode(Uint8Array.from(atob(whole), (byte) => byte.charCodeAt(0)));
}

const lenient = new TextDecoder();

function fromUtf8(pairs: readonly string[]): string | undefined {
  return decodeUtf8(bytesOf(pairs));
}

function bytesOf(pairs: readonly string[]): Uint8Array {
  return Uint8Array.from(pairs, (pair) => Number(`0x${pair}`));
}
