import { decode } from "jose/base64url";
import { decodeUtf8 } from "../../text/utf8.ts";
import { type RejectedToken, rejected } from "./verification.ts";

/** What a JWT says of itself. Nothing in it is to be believed before its signature was verified. */
export interface UnverifiedJwt {
  readonly kind: "jwt";
  readonly kid: string;
  readonly payload: JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** As long as the largest request that can carry one. */
const longestToken = 16 * 1024;
const longestKid = 256;

/** Unpadded, and with the unused bits of its last character zero: there is one way to write any bytes. */
function isCanonicalBase64url(part: string): boolean {
  const isWhole = /^[A-Za-z0-9_-]*$/.test(part);
  switch (part.length % 4) {
    case 0:
      return isWhole;
    case 2:
      return isWhole && /[AQgw]$/.test(part.slice(-1));
    case 3:
      return isWhole && /[AEIMQUYcgkosw048]$/.test(part.slice(-1));
    default:
      return false;
  }
}

/** Takes a JWT apart, as far as it has the one form in which GitHub issues them. */
export function readJwt(token: string): UnverifiedJwt | RejectedToken {
  if (token.length > longestToken) return rejected("too_long");
  const [head, body, signature, ...more] = token.split(".");
  if (!head || !body || !signature || more.length > 0) return rejected("not_three_parts");
  if (![head, body, signature].every(isCanonicalBase64url)) return rejected("not_base64url");

  const header = readHeader(head);
  if (!header) return rejected("malformed_header");
  const { alg, kid } = header;
  if (alg !== "RS256") return rejected("wrong_alg");
  if (typeof kid !== "string" || kid === "" || kid.length > longestKid) return rejected("no_kid");
  // Whatever it asks for, this verifies nothing but plain signatures. (b64 has no meaning without it.)
  if ("crit" in header) return rejected("critical_header");

  const payload = readObject(body);
  return payload ? { kind: "jwt", kid, payload } : rejected("malformed_payload");
}

/** The last one that was read: an issuer's tokens have the same, for as long as they have the same key. */
let last: { head: string; header: JsonObject | undefined } | undefined;

function readHeader(head: string): JsonObject | undefined {
  if (last?.head !== head) last = { head, header: readObject(head) };
  return last.header;
}

/** Without a prototype, so that a name such as `constructor` is found only where the JSON states it. */
function readObject(part: string): JsonObject | undefined {
  const text = decodeText(part);
  const value = text === undefined ? undefined : parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // What is written as we would write it states each name once; only for the rest it takes a closer look.
  if (text === undefined || (JSON.stringify(value) !== text && repeatsName(text))) return undefined;
  return Object.freeze(Object.setPrototypeOf(value, null));
}

/** What GitHub writes is ASCII, which is its own UTF-8; only the rest is worth decoding twice. */
function decodeText(part: string): string | undefined {
  try {
    const latin1 = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    return ascii.test(latin1) ? latin1 : decodeUtf8(decode(part));
  } catch {
    return undefined;
  }
}

const ascii = /^\p{ASCII}*$/u;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A string, with the colon that makes it a name, or the start or end of an object. Of valid JSON alone. */
const namesAndBraces = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

/** Whether an object in this valid JSON states a name twice: then two readers may see two tokens. */
function repeatsName(json: string): boolean {
  const open: Set<unknown>[] = [];
  for (const [found, colon] of json.matchAll(namesAndBraces)) {
    if (found === "{") open.push(new Set());
    else if (found === "}") open.pop();
    else if (colon !== undefined) {
      const names = open.at(-1);
      const name = JSON.parse(found.slice(0, -colon.length));
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
