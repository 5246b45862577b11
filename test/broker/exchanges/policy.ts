import type { GitHubJob, JobToRegister } from "../../support/github-oidc.ts";
import { exchange, exchangeOf } from "../service/world.ts";
import type { Row, Setup } from "./row.ts";

type Fields = Record<string, string>;

/** One exchange of a job, with the given claims, or those of the setup. */
function exchangeRow(
  name: string,
  { job, fields = {} }: { job?: JobToRegister; fields?: Fields },
  expected: Pick<Row, "status" | "code">,
): Row {
  return {
    name,
    send: async (host, setup) => exchange(host, await jobOf(setup, job), fields),
    ...expected,
  };
}

/** The same job for every host, so that their answers state the same run. */
const registered = new WeakMap<JobToRegister, Promise<GitHubJob>>();

async function jobOf({ world, job }: Setup, claims?: JobToRegister): Promise<GitHubJob> {
  if (!claims) return job;
  const known = registered.get(claims) ?? world.github.registerJob(claims);
  registered.set(claims, known);
  return known;
}

const rejected = { status: 400, code: "token_rejected" };

const jwts: readonly Row[] = [
  ["no JWT at all", "x"],
  ["three words for a JWT", "a.b.c"],
  ["a JWT without a signature", "eyJhbGciOiJub25lIn0.e30."],
].map(
  ([name = "", jwt = ""]): Row => ({
    name,
    send: async (host, { job }) => host.post("/v1/token", { ...(await exchangeOf(job)), subject_token: jwt }),
    ...rejected,
  }),
);

const stranger: JobToRegister = { ownerId: "4711" };

const callers: readonly Row[] = [
  {
    name: "a JWT for another audience",
    send: async (host, { job }) => {
      const subject_token = await job.token("https://other.example");
      return host.post("/v1/token", { ...(await exchangeOf(job)), subject_token });
    },
    ...rejected,
  },
  {
    name: "a JWT that another key has signed",
    send: async (host, { job }) => {
      const { subject_token = "", ...fields } = await exchangeOf(job);
      const end = subject_token.lastIndexOf(".") + 1;
      // The last character stays: another one would seldom be base64url's only way to write it.
      const reversed = [...subject_token.slice(end, -1)].toReversed().join("");
      const changed = subject_token.slice(0, end) + reversed + subject_token.slice(-1);
      return host.post("/v1/token", { ...fields, subject_token: changed });
    },
    ...rejected,
  },
  exchangeRow("a job of another organization", { job: stranger }, rejected),
  exchangeRow(
    "a job of another organization, for a rule that does not exist",
    { job: stranger, fields: { rule: "no-such-rule" } },
    rejected,
  ),
  exchangeRow(
    "a job for another organization's rule",
    { fields: { rule: "of-another-organization" } },
    rejected,
  ),
  exchangeRow(
    "a job for a rule that does not exist",
    { fields: { rule: "no-such-rule" } },
    { status: 400, code: "unknown_rule" },
  ),
  {
    name: "a JWT that was used before",
    send: async (host, { job }) => {
      const fields = await exchangeOf(job);
      await host.post("/v1/token", fields);
      return host.post("/v1/token", fields);
    },
    status: 400,
    code: "token_reused",
  },
];

const denied: readonly Row[] = [
  ...["pull_request_target", "workflow_run"].map((event) =>
    exchangeRow(`a job of ${event}`, { job: { event } }, { status: 403, code: "event_denied" }),
  ),
  exchangeRow(
    "a job of another branch and event",
    { job: { ref: "refs/heads/feature", event: "schedule" } },
    { status: 403, code: "claim_mismatch" },
  ),
  ...(
    [
      ["scope_not_granted", { scope: "global" }],
      ["scope_not_granted", { scope: "purge_select purge_all" }],
      ["services_not_granted", { services: "7i6HN3TK9wS159v2gPAZ8A" }],
      ["services_not_granted", { services: "*" }],
      ["lifetime_not_granted", { expires_in: "601" }],
      ["lifetime_not_granted", { expires_in: "99999999" }],
    ] as const
  ).map(([code, fields]) =>
    exchangeRow(`a job that asks for ${JSON.stringify(fields)}`, { fields }, { status: 403, code }),
  ),
];

const granted: readonly Row[] = [
  exchangeRow("a job", {}, { status: 200 }),
  exchangeRow(
    "a job that asks for less",
    { fields: { expires_in: "90", scope: "purge_select" } },
    { status: 200 },
  ),
  exchangeRow(
    "a job that states its nonce, job and label",
    { fields: { nonce: "0123456789abcdef0123", job: "déploiement", label: "web ✓" } },
    { status: 200 },
  ),
  exchangeRow(
    "a job that asks for one scope twice",
    { fields: { scope: "purge_select purge_select" } },
    { status: 200 },
  ),
  {
    name: "a question what a rule would grant",
    send: async (host, { job }) => host.post("/v1/explain", await exchangeOf(job, { expires_in: "60" })),
    status: 200,
  },
  {
    name: "an exchange after a question with the same JWT",
    send: async (host, { job }) => {
      const fields = await exchangeOf(job);
      await host.post("/v1/explain", fields);
      return host.post("/v1/token", fields);
    },
    status: 200,
  },
];

const asked: readonly Row[] = [
  {
    name: "a question that the rule does not match",
    send: async (host, setup) => host.post("/v1/explain", await exchangeOf(await jobOf(setup, otherBranch))),
    status: 403,
    code: "claim_mismatch",
  },
];
const otherBranch: JobToRegister = { ref: "refs/heads/feature" };

const quotas: readonly Row[] = ["hourly", "live"].map((rule) => ({
  name: `one token more than the rule ${rule} allows`,
  send: async (host, { job }) => {
    await exchange(host, job, { rule });
    return exchange(host, job, { rule });
  },
  status: 429,
  code: "quota_exceeded",
}));

const replaced: Row = {
  name: "a token in the place of one that its job has ended",
  send: async (host, { world, job }) => {
    const first = await exchange(host, job, { rule: "in-turn" });
    const headers = { "fastly-key": first.body.access_token };
    await fetch(`${world.fastly.url}/tokens/self`, { method: "DELETE", headers });
    return exchange(host, job, { rule: "in-turn" });
  },
  status: 200,
};

/** What the policy grants, and what it refuses. */
export const judgedRequests: readonly Row[] = [
  ...granted,
  ...jwts,
  ...callers,
  ...denied,
  ...asked,
  ...quotas,
  replaced,
];
