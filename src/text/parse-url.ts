/** As `URL.parse`, which not every runtime has. @returns undefined for what is not a URL */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
