import { useAction } from "../support/action.ts";

const action = useAction();

const scopes = "one or more of global, global:read, purge_all, purge_select, separated by spaces";
const ids = "22 letters and digits. In Fastly's control panel";
const lifetimes = "range is 1m to 24h";
const flags = "Use true or false";
const urls = "Use an https URL";
const names = "Use names that end in TOKEN, KEY or SECRET";
const base32 = "base32 or an otpauth:// URI";
const id = "SU1Z0isxPaozGVKXdv0eYA";

const rows: [input: string, value: string, wrong: string, remedy: string][] = [
  ["scope", "", "is empty", scopes],
  ["scope", " , \n", "is empty", scopes],
  ["scope", "purge_all admin", "item 2 of 2 (5 characters)", scopes],
  ["scope", "Purge_All", '"Purge_All"', "did you mean purge_all?"],
  ["scope", "purge-all", '"purge-all"', "did you mean purge_all?"],
  ["scope", "purge all", "has a space", "did you mean purge_all?"],
  ["scope", "purgeselect", '"purgeselect"', "did you mean purge_select?"],
  ["scope", "purge_selct", '"purge_selct"', "did you mean purge_select?"],
  ["scope", "global:reed purge_all", '"global:reed" in item 1 of 2', "did you mean global:read?"],
  ["scope", "Global", '"Global"', "did you mean global?"],
  ["scope", "global-read", '"global-read"', "did you mean global:read?"],
  ["scope", "read-only", '"read-only"', "did you mean global:read?"],
  ["scope", "purge_key", '"purge_key"', "did you mean purge_select?"],
  ["scope", "purge", 'has "purge"', "did you mean purge_all or purge_select?"],
  ["scope", '["purge_all"]', "is written as JSON", scopes],
  ["scope", '{"scope":"purge_all"}', "is written as JSON", scopes],
  ["scope", "- purge_all\n- purge_select", "YAML list", "separated by spaces"],
  ["scope", "'purge_all'", "quotation marks", "Remove them"],
  ["scope", "purge_all;purge_select", "semicolons", "by spaces"],
  ["scope", "global,purge_all", "global includes the others", "use one of them"],
  ["scope", "global:read global", "global includes the others", "use one of them"],
  ["scope", "ｐｕｒｇｅ＿ａｌｌ", "has", "did you mean purge_all?"],
  ["scope", "***", "contains only asterisks", scopes],
  ["scope", "$SCOPE", "the name of a variable", "env.NAME"],
  ["services", "", "is empty", "* for every service"],
  ["services", `${id},a/b`, "item 2 of 2", ids],
  ["services", "../self", "the value (7 characters)", ids],
  ["services", "é", "1 character", ids],
  ["services", "my-shop", "is not a service ID", ids],
  ["services", "myshop", "is not a service ID", ids],
  ["services", "https://manage.fastly.com/configure/services/SU1Z0isxPaozGVKXdv0eYA", "is a URL", ids],
  ["services", `${id};${id}`, "semicolons", ids],
  ["services", `["${id}"]`, "is written as JSON", ids],
  ["services", `"${id}"`, "quotation marks", ids],
  ["services", "$FASTLY_SERVICE_ID", "the name of a variable", ids],
  ["services", `* ${id}`, "combines * with other items", "Use only *"],
  ["services", "all", '"all"', "did you mean *?"],
  ["services", "＊", '"＊"', "did you mean *?"],
  ["services", "***", "contains only asterisks", "Use the value itself"],
  ["expires-in", "59s", "is too short", lifetimes],
  ["expires-in", "24h1s", "is too long", lifetimes],
  ["expires-in", "PT25H", "is too long", lifetimes],
  ["expires-in", "7d", "is too long", lifetimes],
  ["expires-in", "0s", "is too short", lifetimes],
  ["expires-in", "3600", "without a unit", "use 3600s or 1h"],
  ["expires-in", "60", "without a unit", "use 60s or 1m"],
  ["expires-in", "1", "without a unit", "use 1m or 1h"],
  ["expires-in", "123456", "(6 characters) has no unit", "use 90s, 15m or 1h30m"],
  ["expires-in", "0", "without a unit", "use 90s, 15m or 1h30m"],
  ["expires-in", "20", "without a unit", "use 20m or 20h."],
  ["expires-in", "2w", "is not a valid duration", "use 90s, 15m or 1h30m"],
  ["timeout", "5", "without a unit", "use 5s or 5m."],
  ["timeout", "$TIMEOUT", "contains the name of a variable instead of its value", "vars.NAME"],
  ["expires-in", `$\{{ vars.EXPIRES }}`, "contains the name of a variable instead of its value", "vars.NAME"],
  ["timeout", "soon", "is not a valid duration", "use 30s, 90s or 2m"],
  ["expires-in", "P1W", "is not a valid duration", lifetimes],
  ["expires-in", "-5m", "is not a valid duration; use 90s, 15m or 1h30m", lifetimes],
  ["expires-in", "1.5h", "is not a valid duration", "use 1h30m"],
  ["expires-in", "PT0.5H", "is not a valid duration", "use 30m"],
  ["expires-in", "1h 30m", "is not a valid duration", "use 1h30m"],
  ["expires-in", "1 hour", "is not a valid duration", "use 1h."],
  ["expires-in", "90 minutes", "is not a valid duration", "use 1h30m"],
  ["expires-in", "30m1h", "is not a valid duration", "use 1h30m"],
  ["expires-in", "P1M", "is not a valid duration", lifetimes],
  ["expires-in", "1e9s", "is not a valid duration", lifetimes],
  ["expires-in", '"1h"', "quotation marks", lifetimes],
  ["expires-in", "x".repeat(81), "(81 characters)", lifetimes],
  ["label", "x".repeat(101), "101 characters", "up to 100"],
  ["label", "é".repeat(17), "102 characters", "up to 100"],
  ["label", "two\nlines", "contains a line break", "plain text on one line"],
  ["label", "tab\there", "control character", "plain text on one line"],
  ["label", '"purge"', "quotation marks", "Remove them"],
  ["export-env", "FASTLY_API_TOKEN NODE_OPTIONS", "item 2 of 2", names],
  [
    "export-env",
    "true",
    "takes the names of variables, not true or false",
    "FASTLY_API_TOKEN or FASTLY_API_KEY",
  ],
  ["export-env", "yes", "takes the names of variables, not true or false", names],
  ["export-env", "FASTLY_API_TOKEN=x", "contains =", names],
  ["export-env", "$FASTLY_API_TOKEN", "contains $", names],
  ["export-env", "FASTLY-API-TOKEN", "did you mean FASTLY_API_TOKEN?", names],
  ...[
    ..."node_options PATH GITHUB_ENV INPUT_SCOPE 1TOKEN LD_PRELOAD BASH_ENV HTTPS_PROXY https_proxy NO_PROXY".split(
      " ",
    ),
    ..."IFS ENV PS4 PROMPT_COMMAND HOME SHELL GIT_SSH_COMMAND PYTHONPATH PYTHONSTARTUP PERL5OPT RUBYOPT".split(
      " ",
    ),
    ..."JAVA_TOOL_OPTIONS DYLD_INSERT_LIBRARIES GITHUB_TOKEN GH_TOKEN ACTIONS_RUNTIME_TOKEN STATE_TOKEN".split(
      " ",
    ),
    ..."NODE_AUTH_TOKEN NODE_EXTRA_CA_CERTS AWS_SECRET_ACCESS_KEY SSL_CERT_FILE EDITOR LD_FASTLY_TOKEN FASTLY_SERVICE_ID FASTLY_API_ENDPOINT FASTLY_PROFILE".split(
      " ",
    ),
  ].map((name): [string, string, string, string] => ["export-env", name, "the value (", names]),
  ["revoke", "yes", '"yes"', flags],
  ["revoke", "flase", "did you mean false?", flags],
  ["fail-on-revoke-error", "1", '"1"', flags],
  ["summary", "off", "did you mean false?", flags],
  ["summary", "perhaps", "(7 characters)", flags],
  ["api-url", "http://api.fastly.com", "unencrypted", urls],
  ["api-url", "http://127.0.0.1.example.com", "unencrypted", urls],
  ["api-url", "http://localhost.example.com", "unencrypted", urls],
  ["api-url", "http://10.0.0.1", "unencrypted", urls],
  ["api-url", "ftp://127.0.0.1", "unencrypted", urls],
  ["api-url", "api.fastly.com", "has no scheme; did you mean https://api.fastly.com?", urls],
  ["api-url", "localhost:8080", "did you mean https://localhost:8080?", urls],
  ["api-url", "api.fastly.com:99999", "has no scheme; write https:// before the host.", urls],
  ["api-url", "me:mine@api.fastly.com", "has no scheme; write https:// before the host.", urls],
  ["api-url", "SU1Z0isxPaozGVKXdv0eY", "has no scheme; write https:// before the host.", urls],
  ["api-url", "https:/api.fastly.com", "has no scheme; write https:// before the host.", urls],
  ["api-url", "https://", "is not a URL", urls],
  ["api-url", "https://me:mine@api.fastly.com", "a user name or a password", urls],
  ["api-url", "https://api.fastly.com/?a=b", "a query or a fragment", urls],
  ["api-url", "https://api.fastly.com/#a", "a query or a fragment", urls],
  ["timeout", "0s", "is too short", "range is 1s to 10m"],
  ["timeout", "11m", "is too long", "range is 1s to 10m"],
  ["timeout", "soon", "is not a valid duration", "range is 1s to 10m"],
  ["timeout", "60", "without a unit", "use 60s or 1m"],
  ["totp-secret", "not!base32", "not base32", base32],
  ["totp-secret", "===", "not base32", base32],
  ["totp-secret", "JBSWY3D", "was probably cut when it was copied", "Copy the whole secret"],
  ["totp-secret", "jbsw y3d=", "was probably cut when it was copied", "Copy the whole secret"],
  ["totp-secret", '"JBSWY3DPEHPK3PXP', "contains quotation marks", "Remove them"],
  ["totp-secret", "secret=123456", "is a one-time password, not the secret", "next to the QR code"],
  ["totp-secret", "otpauth://totp/F?secret=JBSWY3D", "whose secret was probably cut", "Copy the whole"],
  ["totp-secret", "otpauth://totp/F?secret=not!base32", "whose secret is not base32", base32],
  ["totp-secret", "otpauth://totp/F?issuer=Fastly", "If it was cut, copy the whole URI", base32],
  ["totp-secret", "123456", "is a one-time password, not the secret", "next to the QR code"],
  [
    "totp-secret",
    `$\{{ secrets.TOTP }}`,
    "an expression that GitHub did not evaluate",
    "in the workflow, not in a secret",
  ],
  ["totp-secret", "123 456", "is a one-time password, not the secret", "next to the QR code"],
  ["totp-secret", '"JBSWY3DPEHPK3PXP"', "quotation marks", "without them"],
  ["totp-secret", "***", "contains only asterisks", "the secret itself"],
  ["totp-secret", "otpauth://totp/x", "is not an otpauth://totp/ URI", base32],
  [
    "totp-secret",
    "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1",
    "is not an otpauth://totp/ URI",
    base32,
  ],
  ["username", "", "is empty", "with environment:"],
  ["username", '"me@example.com"', "quotation marks", "without them"],
  ["username", "me@example.com you@example.com", "more than an email address", "Use only"],
  ["username", "me@example.com,", "a character that an email address cannot have", "Use only"],
  ["username", "Me <me@example.com>", "more than an email address", "Use only"],
  ["username", "mailto:me@example.com", "more than an email address", "Use only"],
  ["username", "me%40example.com", "a character that an email address cannot have", "Use only"],
  ["username", "@example.com", "more than an email address", "Use only"],
  ["username", "me＠example.com", "a character that an email address cannot have", "Use only"],
  ["password", "", "is empty", "with environment:"],
  ["password", "hunter2\nhunter2", "a line break", "only the secret"],
  ["password", "hunter2\thunter2", "control character", "only the secret"],
  ["password", '"hunter2 hunter2"', "quotation marks", "without them"],
  ["password", "'hunter2 hunter2'", "quotation marks", "without them"],
  ["password", " hunter2 hunter2", "begins or ends with a space", "without it"],
  ["password", "hunter2 hunter2\u200b", "an invisible character", "without it"],
  ["password", "***", "contains only asterisks", "the secret itself"],
  [
    "password",
    `$\{{ secrets.FASTLY_PASSWORD }}`,
    "an expression that GitHub did not evaluate",
    "in the workflow",
  ],
  ["password", "hunter2 hunter2 ", "begins or ends with a space", "without it"],
];

/** The first row of each input, the second of each, and so on: what is wrong is reported for all inputs at once. */
const rounds: (typeof rows)[] = [];
for (const row of rows) {
  const free = rounds.find((round) => round.every(([input]) => input !== row[0]));
  if (free) free.push(row);
  else rounds.push([row]);
}

test.each(rounds.map((round) => ({ round, inputs: round.map(([input, value]) => `${input}: ${value}`) })))(
  "$inputs",
  async ({ round }) => {
    const inputs = Object.fromEntries(round.map(([input, value]) => [input, value]));
    const { job, conclusion, annotations, outputs } = await action.main({ inputs });
    expect(conclusion).toBe("failure");
    const lines = annotations.flatMap(({ message }) => message.split("\n"));
    const without = round.filter(([input, , wrong, remedy]) => {
      const refusal = lines.find((line) => line.startsWith(`Input ${input} `)) ?? "";
      return !refusal.includes(wrong) || !refusal.includes(remedy);
    });
    expect({ without, lines }).toEqual({ without: [], lines });
    expect(lines).toHaveLength(1 + round.length);
    expect(await job.requests()).toEqual([]);
    expect(outputs).toEqual({});
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.requests()).toEqual([]);
  },
);

test.each(["scope", "services", "expires-in"])("a bad %s alone is enough", async (input) => {
  const { job, conclusion } = await action.main({ inputs: { [input]: "a/b" } });
  expect(conclusion).toBe("failure");
  expect(await job.requests()).toEqual([]);
});
