/** Where one-time passwords for a user with two-factor authentication come from. */
export type OtpSource =
  | { kind: "none" }
  /** Computed from the user's secret; a new one each step. */
  | { kind: "computed"; stepMs: number; otpAt: (ms: number) => string };

/** The same, where others use the secret too: it takes time to find one that nobody has used. */
export type SharedOtpSource =
  | OtpSource
  | { kind: "computed"; stepMs: number; otpAt: (ms: number) => Promise<string> };

/** What one-time passwords are computed from (RFC 6238). */
export interface TotpParameters {
  /** Base32 in upper case, without spaces and padding. */
  secret: string;
  algorithm: string;
  digits: number;
  /** Seconds. */
  period: number;
}

/**
 * Reads a user's two-factor secret: base32 in any case, with spaces, hyphens or padding, or an `otpauth://totp/` URI
 * as apps and people write it.
 *
 * @returns the parameters, or what is wrong with the text, without quoting it
 */
export function readTotpSecret(text: string): TotpParameters | string {
  const packed = text.replace(/[\s\p{Cf}]/gu, "").replace(/^(?:totp-?)?secret[=:]/i, "");
  if (/^otpauth-migration:/i.test(packed))
    return "is an export of several accounts; use the secret of this one";
  if (/^otpauth(?::|%3a)/i.test(packed)) return readUri(packed);
  const secret = bare(packed);
  if (!isBase32(secret)) return "is not base32 (the letters A to Z and the digits 2 to 7)";
  return { secret, algorithm: "SHA1", digits: 6, period: 30 };
}

/**
 * Makes a source of time-based one-time passwords.
 *
 * @throws {Error} whose message says what is wrong with the secret, without quoting it
 */
export async function otpSourceFrom(secret: string): Promise<Extract<OtpSource, { kind: "computed" }>> {
  const parameters = readTotpSecret(secret);
  if (typeof parameters === "string") throw new Error(parameters);
  // Most users have no two-factor authentication: only those who have load the library.
  const { TOTP } = await import("otpauth");
  const totp = new TOTP({ ...parameters });
  return { kind: "computed", stepMs: totp.period * 1000, otpAt: (ms) => totp.generate({ timestamp: ms }) };
}

const noUri = "is not an otpauth://totp/ URI with a secret";

/** Labels, issuers and fragments are not needed; names of parameters may be in upper or lower case. */
function readUri(text: string): TotpParameters | string {
  const uri = /^otpauth%3a/i.test(text) ? decoded(text) : text;
  const [, query] = /^otpauth:\/{0,2}totp(?:\/[^?#]*)?\?([^#]*)/i.exec(uri) ?? [];
  if (query === undefined) return noUri;
  const parameters = new Map<string, string>();
  for (const pair of query.split(/&(?:amp;)*/i)) {
    const [name = "", ...value] = pair.split("=");
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, decoded(value.join("=").replaceAll("+", " ")).trim());
  }
  const secret = bare(parameters.get("secret") ?? "");
  if (!isBase32(secret)) return noUri;
  const algorithm = (parameters.get("algorithm") || "SHA1").toUpperCase().replace(/^(?:HMAC-?)?SHA-?/, "SHA");
  const digits = Number(parameters.get("digits") || 6);
  const period = Number(parameters.get("period") || 30);
  const isKnown = /^SHA(?:1|256|512)$/.test(algorithm) && isWithin(digits, 6, 10) && isWithin(period, 1, 300);
  return isKnown
    ? { secret, algorithm, digits, period }
    : "has an algorithm, digits or a period that is not supported";
}

function bare(text: string): string {
  return text
    .replace(/[\s-]/g, "")
    .replace(/(?:=|%3d)+$/i, "")
    .toUpperCase();
}

function isBase32(text: string): boolean {
  return /^[A-Z2-7]{8,}$/.test(text);
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % : what it stands in is judged as it is.
    return text;
  }
}
