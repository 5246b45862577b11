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
 * @returns the parameters, or what is wrong with the text and what to do about it, without quoting it
 */
export function readTotpSecret(text: string): TotpParameters | string {
  const packed = text.replace(/[\s\p{Cf}]/gu, "").replace(/^(?:totp-?)?secret[=:]/i, "");
  if (/^otpauth-migration:/i.test(packed))
    return `is an export of several accounts; use the secret of this one. ${form}`;
  if (/^otpauth(?::|%3a)/i.test(packed)) return readUri(packed);
  const secret = bare(packed);
  return secretSlip(secret) ?? { secret, algorithm: "SHA1", digits: 6, period: 30 };
}

const form = "Use base32 or an otpauth:// URI.";

/** What is wrong with the secret alone, likeliest first. */
function secretSlip(secret: string): string | undefined {
  if (/^\d{6,8}$/.test(secret))
    return "is a one-time password, not the secret. The secret is the text that Fastly shows next to the QR code when you set up two-factor authentication.";
  if (/["'`“”‘’]/.test(secret)) return "contains quotation marks. Remove them.";
  if (/^[A-Z2-7]{1,7}$/.test(secret))
    return `was probably cut when it was copied: it has fewer than 8 characters. Copy the whole secret. ${form}`;
  if (!/^[A-Z2-7]+$/.test(secret)) return `is not base32 (the letters A to Z and the digits 2 to 7). ${form}`;
  return undefined;
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

const noUri = `is not an otpauth://totp/ URI with a secret. If it was cut, copy the whole URI: a shell cuts it at & where it has no quotation marks. ${form}`;

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
  if (secret === "") return noUri;
  const slip = secretSlip(secret);
  if (slip !== undefined) return `is an otpauth:// URI whose secret ${slip}`;
  const algorithm = (parameters.get("algorithm") || "SHA1").toUpperCase().replace(/^(?:HMAC-?)?SHA-?/, "SHA");
  const digits = Number(parameters.get("digits") || 6);
  const period = Number(parameters.get("period") || 30);
  const isKnown = /^SHA(?:1|256|512)$/.test(algorithm) && isWithin(digits, 6, 10) && isWithin(period, 1, 300);
  return isKnown
    ? { secret, algorithm, digits, period }
    : `has an algorithm, digits or a period that is not supported. ${form}`;
}

function bare(text: string): string {
  return text
    .replace(/[\s-]/g, "")
    .replace(/(?:=|%3d)+$/i, "")
    .toUpperCase();
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
