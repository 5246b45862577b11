import { good, load, secrets } from "./support.ts";

/** A change of the good file: what stands there, what is put in its place, and where that is refused, how. */
type Row = readonly [name: string, from: string, to: string, at: string, path: string, words: RegExp];

const rows: readonly Row[] = [
  ["another version", "version: 1", "version: 2", "1:10", "version", /must be 1/],
  ["a version in quotes", "version: 1", 'version: "1"', "1:10", "version", /without quotes/],
  ["an unknown key", "store: memory", "storage: memory", "15:1", "storage", /unknown/],
  [
    "an unknown key of a grant",
    "max_ttl: 10m",
    "max_ttl: 10m\n      max-live: 3",
    "28:7",
    "rules[0].grant.?",
    /did you mean max_live/,
  ],
  ["a key twice", "store: memory", "store: memory\nstore: memory", "16:1", "store", /duplicate/],
  [
    "a claim twice",
    'repository_id: "1296269"',
    'repository_id: "1296269"\n      repository_id: "2"',
    "22:7",
    "rules[0].match.repository_id",
    /duplicate/,
  ],
  ["an owner's ID without quotes", '"9919"', "9919", "20:28", "rules[0].match.repository_owner_id", /quotes/],
  [
    "a repository's ID without quotes, in a list",
    '"1296269"',
    '["1", 2]',
    "21:28",
    "rules[0].match.repository_id[1]",
    /quotes/,
  ],
  [
    "a name for an ID",
    '"9919"',
    "octo-org",
    "20:28",
    "rules[0].match.repository_owner_id",
    /must consist of digits/,
  ],
  [
    "no owner's ID",
    'repository_owner_id: "9919"',
    "actor: mona",
    "19:5",
    "rules[0].match.repository_owner_id",
    /missing/,
  ],
  [
    "no repository's ID",
    'repository_id: "1296269"',
    "actor: mona",
    "19:5",
    "rules[0].match.repository_id",
    /missing/,
  ],
  [
    "no event",
    "event_name: [push, workflow_dispatch]",
    "actor: mona",
    "19:5",
    "rules[0].match.event_name",
    /missing/,
  ],
  [
    "an event in capitals",
    "[push, workflow_dispatch]",
    "Push",
    "23:19",
    "rules[0].match.event_name",
    /lowercase/,
  ],
  ["no events", "[push, workflow_dispatch]", "[]", "23:19", "rules[0].match.event_name", /empty/],
  [
    "a pattern on another claim",
    "event_name: [push, workflow_dispatch]",
    'event_name: push\n      environment: { glob: "prod*" }',
    "24:20",
    "rules[0].match.environment",
    /Only ref can have a pattern/,
  ],
  [
    "a pattern in a list of another claim",
    "[push, workflow_dispatch]",
    '[push, { glob: "*" }]',
    "23:26",
    "rules[0].match.event_name[1]",
    /Only ref can have a pattern/,
  ],
  ["an asterisk in text", "[refs/heads/main, ", "[refs/heads/*, ", "22:13", "rules[0].match.ref[0]", /glob/],
  ["two asterisks", "refs/tags/v*", "refs/**", "22:38", "rules[0].match.ref[1].glob", /never crosses/],
  [
    "a regular expression",
    "refs/tags/v*",
    "refs/tags/v[0-9]*",
    "22:38",
    "rules[0].match.ref[1].glob",
    /regular expressions/,
  ],
  [
    "another key beside a pattern",
    '{ glob: "refs/tags/v*" }',
    "{ regex: refs }",
    "22:32",
    "rules[0].match.ref[1].regex",
    /unknown/,
  ],
  [
    "sub",
    "event_name: [push",
    "sub: x\n      event_name: [push",
    "23:7",
    "rules[0].match.sub",
    /changed its format/,
  ],
  [
    "a claim that does not exist",
    "event_name: [push",
    "branch: main\n      event_name: [push",
    "23:7",
    "rules[0].match.branch",
    /claim of this name/,
  ],
  [
    "a claim that is true without quotes",
    "event_name: [push",
    "ref_protected: true\n      event_name: [push",
    "23:22",
    "rules[0].match.ref_protected",
    /quotes/,
  ],
  [
    "a space at the end of a value",
    "[refs/heads/main, ",
    '["refs/heads/main ", ',
    "22:13",
    "rules[0].match.ref[0]",
    /space/,
  ],
  [
    "a value twice",
    "[push, workflow_dispatch]",
    "[push, push]",
    "23:26",
    "rules[0].match.event_name[1]",
    /twice/,
  ],
  ["an empty value", "[push, workflow_dispatch]", '""', "23:19", "rules[0].match.event_name", /empty/],
  [
    "global without account_access",
    "[purge_select]",
    "[global]",
    "25:15",
    "rules[0].grant.scope[0]",
    /account_access/,
  ],
  [
    "global:read without account_access",
    "[purge_select]",
    '["global:read"]',
    "25:15",
    "rules[0].grant.scope[0]",
    /account_access/,
  ],
  ["a scope that does not exist", "[purge_select]", "[purge]", "25:15", "rules[0].grant.scope[0]", /unknown/],
  ["a scope without brackets", "[purge_select]", "purge_select", "25:14", "rules[0].grant.scope", /list/],
  ["no scopes", "[purge_select]", "[]", "25:14", "rules[0].grant.scope", /empty/],
  [
    "no services",
    "      services: [SU1Z0isxPaozGVKXdv0eY]\n",
    "",
    "24:5",
    "rules[0].grant.services",
    /missing/,
  ],
  [
    "an empty list of services",
    "[SU1Z0isxPaozGVKXdv0eY]",
    "[]",
    "26:17",
    "rules[0].grant.services",
    /all services/,
  ],
  [
    "an asterisk without quotes",
    "[SU1Z0isxPaozGVKXdv0eY]",
    "*",
    "26:17",
    "rules[0].grant.services",
    /quotes/,
  ],
  [
    "an asterisk in a list",
    "[SU1Z0isxPaozGVKXdv0eY]",
    '["*"]',
    "26:18",
    "rules[0].grant.services[0]",
    /cannot be part of a list/,
  ],
  [
    "a service's name",
    "[SU1Z0isxPaozGVKXdv0eY]",
    "[my-shop]",
    "26:18",
    "rules[0].grant.services[0]",
    /not a service ID/,
  ],
  ["a duration without a unit", "max_ttl: 10m", "max_ttl: 600", "27:16", "rules[0].grant.max_ttl", /unit/],
  [
    "a duration in words",
    "max_ttl: 10m",
    "max_ttl: ten minutes",
    "27:16",
    "rules[0].grant.max_ttl",
    /not a valid duration/,
  ],
  ["more than a day", "max_ttl: 10m", "max_ttl: 25h", "27:16", "rules[0].grant.max_ttl", /1m to 24h/],
  ["less than a minute", "max_ttl: 10m", "max_ttl: 59s", "27:16", "rules[0].grant.max_ttl", /1m to 24h/],
  [
    "no tokens at once",
    "max_ttl: 10m",
    "max_ttl: 10m\n      max_live: 0",
    "28:17",
    "rules[0].grant.max_live",
    /at least 1/,
  ],
  [
    "a negative quota",
    "max_ttl: 10m",
    "max_ttl: 10m\n      per_hour: -1",
    "28:17",
    "rules[0].grant.per_hour",
    /at least 1/,
  ],
  [
    "a user that does not exist",
    "users: [ci]",
    "users: [ci, other]",
    "18:17",
    "rules[0].users[1]",
    /No user/,
  ],
  ["a rule without users", "users: [ci]", "users: []", "18:12", "rules[0].users", /empty/],
  ["a rule's ID with a space", "id: web-purge", "id: web purge", "17:9", "rules[0].id", /not an ID/],
  ["a rule's ID without quotes", "id: web-purge", "id: 12", "17:9", "rules[0].id", /quotes/],
  [
    "a variable that is not set",
    "CI_USERNAME",
    "NOT_SET",
    "11:24",
    "fastly.users[0].username.env",
    /NOT_SET is not set/,
  ],
  ["a variable that is empty", "CI_USERNAME", "EMPTY", "11:24", "fastly.users[0].username.env", /is empty/],
  [
    "a file that is not there",
    "/run/secrets/password",
    "/run/secrets/other",
    "12:25",
    "fastly.users[0].password.file",
    /does not exist/,
  ],
  [
    "a file that is empty",
    "/run/secrets/password",
    "/run/secrets/empty",
    "12:25",
    "fastly.users[0].password.file",
    /empty/,
  ],
  [
    "a file that may not be read",
    "/run/secrets/password",
    "/run/secrets/forbidden",
    "12:25",
    "fastly.users[0].password.file",
    /EACCES/,
  ],
  [
    "a secret in the file",
    "{ file: /run/secrets/password }",
    "hunter2-hunter2",
    "12:17",
    "fastly.users[0].password",
    /Do not write a secret in this file/,
  ],
  [
    "env and file",
    "{ env: CI_USERNAME }",
    "{ env: CI_USERNAME, file: x }",
    "11:17",
    "fastly.users[0].username",
    /Choose one/,
  ],
  ["neither env nor file", "{ env: CI_USERNAME }", "{}", "11:17", "fastly.users[0].username", /read from/],
  [
    "a two-factor secret that is not base32",
    "env: CI_TOTP",
    "env: NOT_BASE32",
    "13:27",
    "fastly.users[0].totp_secret.env",
    /base32/,
  ],
  ...(
    [
      [
        "SHORT_BASE32",
        /^The two-factor secret was probably cut when it was copied: .* Copy the whole secret\./,
      ],
      ["QUOTED_BASE32", /^The two-factor secret contains quotation marks\. Remove them\.$/],
      ["SHORT_URI", /^The two-factor secret is an otpauth:\/\/ URI whose secret was probably cut/],
      [
        "URI_WITHOUT_SECRET",
        /is not an otpauth:\/\/totp\/ URI with a secret\. If it was cut, copy the whole URI/,
      ],
      ["PASTED_OTP", /^The two-factor secret is a one-time password, not the secret\./],
    ] as const
  ).map(
    ([variable, words]): Row => [
      `a two-factor secret: ${variable}`,
      "env: CI_TOTP",
      `env: ${variable}`,
      "13:27",
      "fastly.users[0].totp_secret.env",
      words,
    ],
  ),
  ["a secret of two lines", "CI_USERNAME", "LINES", "11:24", "fastly.users[0].username.env", /one line/],
  [
    "a limit of tokens that is text",
    "id: ci\n",
    'id: ci\n      max_live_tokens: "100"\n',
    "11:24",
    "fastly.users[0].max_live_tokens",
    /without quotes/,
  ],
  [
    "an issuer over http",
    "issuer: https://token",
    "issuer: http://token",
    "4:13",
    "issuers[0].issuer",
    /unencrypted/,
  ],
  ["keys over http", "jwks_uri: https://", "jwks_uri: http://", "5:15", "issuers[0].jwks_uri", /unencrypted/],
  [
    "Fastly over http",
    "https://api.fastly.com",
    "http://api.fastly.com",
    "8:12",
    "fastly.api_url",
    /unencrypted/,
  ],
  [
    "Redis over the network, unencrypted",
    "store: memory",
    "store: redis://redis.example.com",
    "15:8",
    "store",
    /rediss/,
  ],
  [
    "Redis with a password in the file",
    "store: memory",
    "store: redis://:hunter2@127.0.0.1",
    "15:8",
    "store",
    /password/,
  ],
  [
    "Redis from a variable, unencrypted",
    "store: memory",
    "store: { env: BAD_REDIS_URL }",
    "15:15",
    "store.env",
    /rediss/,
  ],
  ["another store", "store: memory", "store: postgres", "15:8", "store", /memory/],
  [
    "an audience of all",
    "audience: https://fastly-tokens.example.com",
    "audience: sts.amazonaws.com",
    "2:11",
    "audience",
    /another service/,
  ],
  [
    "an audience with a slash at its end",
    "tokens.example.com",
    "tokens.example.com/",
    "2:11",
    "audience",
    /slash/,
  ],
  [
    "a URL without a scheme",
    "https://api.fastly.com",
    "api.fastly.com",
    "8:12",
    "fastly.api_url",
    /not a URL/,
  ],
  ["an anchor", "[purge_select]", "&scopes [purge_select]", "25:22", "rules[0].grant.scope", /Anchors/],
  ["an alias", "max_ttl: 10m", "max_ttl: *ttl", "27:16", "rules[0].grant.max_ttl", /Aliases/],
  [
    "a merge key",
    "max_ttl: 10m",
    "max_ttl: 10m\n      <<: { max_live: 1 }",
    "28:7",
    "rules[0].grant.?",
    /unknown/,
  ],
  ["a tag", '"9919"', "!!str 9919", "20:34", "rules[0].match.repository_owner_id", /Tags/],
  ["a second document", "store: memory", "store: memory\n---\nstore: memory", "17:1", "", /second document/],
  ["a tab", "    users: [ci]", "\tusers: [ci]", "18:1", "", /[Tt]ab/],
  ["a quotation mark that does not end", '"9919"', '"9919', "20:28", "", /./],
];

test("there are at least 40 of them, each under a name of its own", () => {
  expect(rows.length).toBeGreaterThanOrEqual(40);
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
});

test.each(rows)("%s", async (_, from, to, at, path, words) => {
  expect(good).toContain(from);
  const loaded = await load(good.replace(from, () => to));
  if (loaded.kind === "valid") throw new Error("it is accepted");
  if (path === "" && !/document/.test(String(words))) {
    // What cannot be read has more than one place where reading fails: the line is what matters.
    expect(loaded.problems[0]).toMatchObject({ path: "", message: expect.stringMatching(words) });
    return;
  }
  const [problem, ...others] = loaded.problems.map(({ line, column, path, message }) => ({
    at: `${line}:${column}`,
    path,
    message,
  }));
  expect(problem).toEqual({ at, path, message: expect.stringMatching(words) });
  expect(others).toEqual([]);
});

test("a file that is right is accepted, and what it refers to is read without the line end", async () => {
  const loaded = await load(good);
  if (loaded.kind === "invalid") throw new Error(JSON.stringify(loaded.problems));
  const { config, warnings } = loaded;
  expect(warnings).toEqual([]);
  expect(config.users).toMatchObject([
    {
      id: "ci",
      username: secrets.CI_USERNAME,
      password: "from a file",
      maxLiveTokens: 100,
      otpSource: { kind: "computed" },
    },
  ]);
  expect(config.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(config).toMatchObject({
    webhookSecret: secrets.WEBHOOK_SECRET,
    store: { kind: "memory" },
    apiUrl: "https://api.fastly.com",
  });
});

test.each(["LOWER_BASE32", "OTP_URI"])(
  "a two-factor secret in another form is accepted: %s",
  async (variable) => {
    const loaded = await load(good.replace("env: CI_TOTP", `env: ${variable}`));
    if (loaded.kind === "invalid") throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.warnings).toEqual([]);
    expect(loaded.config.users).toMatchObject([{ otpSource: { kind: "computed" } }]);
  },
);

test("every mistake is said at once, in the order of the file, and no secret is", async () => {
  const wrong = good
    .replace("version: 1", "version: 3")
    .replace("{ env: CI_USERNAME }", "hunter2-hunter2")
    .replace('"9919"', "9919")
    .replace("[SU1Z0isxPaozGVKXdv0eY]", "*")
    .replace("[purge_select]", "[global]")
    .replace("max_ttl: 10m", "max_ttl: 2d\n      hunter2: hunter2");
  const loaded = await load(wrong);
  if (loaded.kind === "valid") throw new Error("it is accepted");
  expect(loaded.problems.map(({ line }) => line)).toEqual([1, 11, 20, 25, 26, 27, 28]);
  expect(JSON.stringify(loaded.problems)).not.toMatch(/hunter2|horse/);
});

test.each([
  ["empty", ""],
  ["a comment alone", "# nothing\n"],
  ["a list", "- a\n"],
  ["text", "hello"],
  ["too large", `# ${"x".repeat(1_100_000)}\n${good}`],
  ["nested without end", "[".repeat(100_000)],
  ["of many keys", Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n")],
  ["of YAML 1.1", `%YAML 1.1\n---\n${good}`],
])("a file that is %s is refused", async (_, text) => {
  expect((await load(text)).kind).toBe("invalid");
});

test("rules and users with the same ID are refused at the second one", async () => {
  const rule = good.slice(good.indexOf("  - id: web-purge"));
  const loaded = await load(good + rule);
  expect(loaded).toMatchObject({ kind: "invalid", problems: [{ line: 28, column: 9, path: "rules[1].id" }] });
});

test("several GitHub servers ask each rule for the issuer that it is for", async () => {
  const more =
    "  - { issuer: https://ghe.example.com/_services/token, jwks_uri: https://ghe.example.com/keys, server: https://ghe.example.com }\nfastly:";
  const two = good.replace("fastly:", () => more);
  expect(await load(two)).toMatchObject({ kind: "invalid", problems: [{ path: "rules[0].match.iss" }] });
  const named = two.replace(
    "event_name:",
    "iss: https://token.actions.githubusercontent.com\n      event_name:",
  );
  expect((await load(named)).kind).toBe("valid");
});
