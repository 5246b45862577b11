/** What fastly.toml calls the backend of an origin: its host, and its port where it states one. */
export function backendOf(origin: string): string {
  return new URL(origin).host.replace(/[^A-Za-z0-9]/g, "_");
}
