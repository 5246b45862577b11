import { useAction } from "../support/action.ts";

const action = useAction();

const scopes = "one or more of global, global:read, purge_all, purge_select";
const ids = "letters and digits";
const lifetimes = "from 1m to 24h";
const flags = "Allowed are true and false";
const urls = "Allowed are https URLs, and http ones on loopback";

const rows: [input: string, value: string, wrong: string, allowed: string][] = [
  ["scope", "", "is empty", scopes],
  ["scope", " , \n", "is empty", scopes],
  ["scope", "purge_all admin", "item 2 of 2", scopes],
  ["scope", "Purge_All", '"Purge_All"', scopes],
  ["services", "SU1Z0isxPaozGVKXdv0eY,a/b", "item 2 of 2", ids],
  ["services", "../self", '"../self"', ids],
  ["services", "é", '"é"', ids],
  ["expires-in", "59s", "out of range", lifetimes],
  ["expires-in", "24h1s", "out of range", lifetimes],
  ["expires-in", "PT25H", "out of range", lifetimes],
  ["expires-in", "0s", "out of range", lifetimes],
  ["expires-in", "1", "no duration", lifetimes],
  ["expires-in", "-5m", "no duration", lifetimes],
  ["expires-in", "1.5h", "no duration", lifetimes],
  ["expires-in", "1h 30m", "no duration", lifetimes],
  ["expires-in", "30m1h", "no duration", lifetimes],
  ["expires-in", "P1M", "no duration", lifetimes],
  ["expires-in", "1e9s", "no duration", lifetimes],
  ["expires-in", "x".repeat(81), "a text of 81 characters", lifetimes],
  ["name", "x".repeat(101), "101 characters", "up to 100"],
  ["name", "é".repeat(17), "102 characters", "up to 100"],
  ["name", "two\nlines", "line end", "plain text on one line"],
  ["name", "tab\there", "control character", "plain text on one line"],
  ["export-env", "FASTLY_API_TOKEN NODE_OPTIONS", "item 2 of 2", "names of environment variables"],
  ["export-env", "node_options", '"node_options"', "names of environment variables"],
  ["export-env", "PATH", '"PATH"', "names of environment variables"],
  ["export-env", "GITHUB_ENV", '"GITHUB_ENV"', "names of environment variables"],
  ["export-env", "INPUT_SCOPE", '"INPUT_SCOPE"', "names of environment variables"],
  ["export-env", "1TOKEN", '"1TOKEN"', "names of environment variables"],
  ["export-env", "A=B", '"A=B"', "names of environment variables"],
  ["revoke", "yes", '"yes"', flags],
  ["fail-on-revoke-error", "1", '"1"', flags],
  ["summary", "off", '"off"', flags],
  ["api-url", "http://api.fastly.com", "unencrypted", urls],
  ["api-url", "http://127.0.0.1.example.com", "unencrypted", urls],
  ["api-url", "http://localhost.example.com", "unencrypted", urls],
  ["api-url", "http://10.0.0.1", "unencrypted", urls],
  ["api-url", "ftp://127.0.0.1", "unencrypted", urls],
  ["api-url", "api.fastly.com", "no URL", urls],
  ["api-url", "https://me:mine@api.fastly.com", "a user name or a password", urls],
  ["api-url", "https://api.fastly.com/?a=b", "a query or a fragment", urls],
  ["api-url", "https://api.fastly.com/#a", "a query or a fragment", urls],
  ["timeout", "0s", "out of range", "from 1s to 10m"],
  ["timeout", "11m", "out of range", "from 1s to 10m"],
  ["timeout", "soon", "no duration", "from 1s to 10m"],
  ["otp", "12345", "one-time password", "6 to 10 digits"],
  ["otp", "abcdef", "one-time password", "6 to 10 digits"],
  ["totp-secret", "not!base32", "not base32", "base32 or an otpauth:// URI"],
  ["totp-secret", "ABC", "not base32", "base32 or an otpauth:// URI"],
  ["totp-secret", "otpauth://totp/x", "is not an otpauth://totp/ URI", "base32 or an otpauth:// URI"],
  [
    "totp-secret",
    "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1",
    "is not an otpauth://totp/ URI",
    "base32",
  ],
  ["api-key", "two words", "no Fastly token", "printable characters without spaces"],
  ["api-key", "anApiKey\r\nFastly-Key: another", "no Fastly token", "printable characters without spaces"],
  ["username", "", "is empty", "a fork or Dependabot"],
  ["password", "", "is empty", "a fork or Dependabot"],
];

// A typed one-time password keeps the secret from being read: one of the two at a time.
const kindOf = (input: string) => (input === "totp-secret" ? "otp" : input);

/** The first row of each input, the second of each, and so on: what is wrong is told of all inputs at once. */
const rounds: (typeof rows)[] = [];
for (const row of rows) {
  const free = rounds.find((round) => round.every(([input]) => kindOf(input) !== kindOf(row[0])));
  if (free) free.push(row);
  else rounds.push([row]);
}

test.each(rounds.map((round) => ({ round, inputs: round.map(([input, value]) => `${input}: ${value}`) })))(
  "$inputs",
  async ({ round }) => {
    const inputs = Object.fromEntries(round.map(([input, value]) => [input, value]));
    const { job, conclusion, annotations, state, outputs } = await action.main({ inputs });
    expect(conclusion).toBe("failure");
    const lines = annotations.flatMap(({ message }) => message.split("\n"));
    for (const [input, , wrong, allowed] of round) {
      const refusal = lines.find((line) => line.startsWith(`Input ${input} `));
      expect(refusal).toContain(wrong);
      expect(refusal).toContain(allowed);
    }
    expect(lines).toHaveLength(1 + round.length);
    expect(await job.requests()).toEqual([]);
    expect({ state, outputs }).toEqual({ state: {}, outputs: {} });
  },
);

test.each(["scope", "services", "expires-in"])("a bad %s alone is enough", async (input) => {
  const { job, conclusion } = await action.main({ inputs: { [input]: "a/b" } });
  expect(conclusion).toBe("failure");
  expect(await job.requests()).toEqual([]);
});
