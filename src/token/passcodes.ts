/** Where one-time passwords for a user with two-factor authentication come from. */
export type Passcodes =
  | { kind: "none" }
  /** Typed in by hand: good for one request. */
  | { kind: "typed"; code: string }
  /** Computed from the user's secret; a new one each step. */
  | { kind: "computed"; stepMs: number; codeAt: (ms: number) => string };

/**
 * Makes a source of time-based one-time passwords (RFC 6238).
 *
 * @param secret base32 (spaces, hyphens and lower case allowed) or an `otpauth://totp/` URI
 * @throws {Error} whose message says what is wrong with it, without quoting it
 */
export async function passcodesFrom(secret: string): Promise<Extract<Passcodes, { kind: "computed" }>> {
  // Most users have no two-factor authentication: only those who have load the library.
  const { TOTP, URI } = await import("otpauth");
  const totp = /^otpauth:/i.test(secret) ? fromUri(secret) : fromBase32(secret);
  return { kind: "computed", stepMs: totp.period * 1000, codeAt: (ms) => totp.generate({ timestamp: ms }) };

  function fromBase32(text: string) {
    const base32 = text.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase();
    if (!/^[A-Z2-7]{8,}$/.test(base32))
      throw new Error("is not base32 (the letters A to Z and the digits 2 to 7)");
    return new TOTP({ secret: base32 });
  }

  function fromUri(text: string) {
    const parsed = parseUri(text);
    if (parsed instanceof TOTP) return parsed;
    throw new Error("is not an otpauth://totp/ URI with a secret");
  }

  function parseUri(text: string) {
    try {
      return URI.parse(text);
    } catch {
      // The library's error quotes the URI, which holds the secret.
      return undefined;
    }
  }
}
