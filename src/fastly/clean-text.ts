const longest = 200;

/**
 * Makes a server's text fit to be shown: secrets that were part of the request are struck out (a server
 * may echo them), line ends and other control characters become spaces, and the rest is shortened.
 */
export function cleanText(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets.flatMap(echoes)) clean = clean.replaceAll(secret, "***");
  clean = clean.replace(/[\p{Cc}\p{Zl}\p{Zp}\ufeff]+/gu, " ").trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** The forms in which a server may throw a secret back. */
function echoes(secret: string): string[] {
  if (secret === "") return [];
  const forms = [secret, encodeURIComponent(secret), new URLSearchParams([["", secret]]).toString().slice(1)];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
