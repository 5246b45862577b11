/** The defaults of the manifests once more, for a runner that leaves an input out; a test compares the two. */
export const defaults = {
  revoke: "true",
  "fail-on-revoke-error": "false",
  summary: "true",
  "api-url": "https://api.fastly.com",
  timeout: "60s",
  "older-than": "1h",
  "trust-age": "false",
  "dry-run": "false",
} as const;
