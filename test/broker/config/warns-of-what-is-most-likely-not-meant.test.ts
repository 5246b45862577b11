import { good, load } from "./support.ts";

type Row = readonly [name: string, from: string, to: string, at: string, path: string, words: RegExp];

const rows: readonly Row[] = [
  ["a branch's name for a ref", "refs/heads/main", "main", "22:13", "rules[0].match.ref[0]", /ref in full/],
  ["a pattern without refs/", "refs/tags/v*", "v*", "22:30", "rules[0].match.ref[1]", /ref in full/],
  [
    "an issuer with a slash at its end",
    "issuer: https://token.actions.githubusercontent.com\n",
    "issuer: https://token.actions.githubusercontent.com/\n",
    "4:13",
    "issuers[0].issuer",
    /without a trailing slash/,
  ],
  [
    "an audience in capitals",
    "https://fastly-tokens",
    "https://FASTLY-tokens",
    "2:11",
    "audience",
    /lowercase/,
  ],
  [
    "an audience with a path",
    "tokens.example.com",
    "tokens.example.com/broker",
    "2:11",
    "audience",
    /without a path/,
  ],
  [
    "the claim iss of another issuer",
    "event_name:",
    "iss: https://ghe.example.com\n      event_name:",
    "23:12",
    "rules[0].match.iss",
    /never matches/,
  ],
  [
    "pull_request_target",
    "[push, workflow_dispatch]",
    "[push, pull_request_target]",
    "23:26",
    "rules[0].match.event_name[1]",
    /whatever a rule says/,
  ],
  [
    "workflow_run",
    "[push, workflow_dispatch]",
    "workflow_run",
    "23:19",
    "rules[0].match.event_name",
    /whatever a rule says/,
  ],
  [
    "a workflow without its ref",
    "event_name:",
    "job_workflow_ref: acme/ci/.github/workflows/fastly.yml\n      event_name:",
    "23:25",
    "rules[0].match.job_workflow_ref",
    /with its ref/,
  ],
  [
    "one account for two users",
    "webhook:",
    "    - { id: other, username: { env: CI_USERNAME }, password: { env: CI_PASSWORD } }\nwebhook:",
    "14:30",
    "fastly.users[1].username",
    /share one limit/,
  ],
];

test.each(rows)("%s", async (_, from, to, at, path, words) => {
  expect(good).toContain(from);
  const loaded = await load(good.replace(from, () => to));
  if (loaded.kind === "invalid") throw new Error(JSON.stringify(loaded.problems));
  const warnings = loaded.warnings.map(({ line, column, path, message }) => ({
    at: `${line}:${column}`,
    path,
    message,
  }));
  expect(warnings).toEqual([{ at, path, message: expect.stringMatching(words) }]);
});
