import { messagesOf } from "../../support/action.ts";
import { type BrokerJobOptions, useBrokerWorld } from "../../support/broker-jobs.ts";

const rule = { users: ["ci"], match: { repository_owner_id: "9919", repository_id: "1296269" } };
const longRef = `octo-org/workflows/.github/workflows/${"a".repeat(300)}.yml@refs/heads/main`;

const world = useBrokerWorld({
  config: (config) => ({
    ...config,
    rules: [
      ...config.rules,
      {
        ...rule,
        id: "deploy",
        match: {
          ...rule.match,
          event_name: "push",
          environment: "production",
          job_workflow_ref: "octo-org/workflows/.github/workflows/deploy.yml@refs/heads/main",
        },
        grant: { scope: ["purge_select"], services: config.rules[0]?.grant.services, max_ttl: "10m" },
      },
      {
        ...rule,
        id: "one-at-once",
        match: { ...rule.match, event_name: "push" },
        grant: {
          scope: ["purge_select"],
          services: config.rules[0]?.grant.services,
          max_ttl: "10m",
          per_hour: 1,
        },
      },
    ],
  }),
});

async function refused(options: BrokerJobOptions) {
  const job = await world.job(options);
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "failure", exitCode: 1, outputs: {} });
  expect(await job.alive()).toEqual([]);
  const [message = ""] = messagesOf(main, "error");
  return { job, message };
}

test.each<[code: string, what: string, remedy: string, options: BrokerJobOptions]>([
  [
    "token_rejected",
    "has no rule with this ID for this organization",
    "Check the inputs rule and audience",
    { github: { ownerId: "4711" } },
  ],
  ["unknown_rule", "has no rule with this ID", "Check the input rule", { inputs: { rule: "web-purgee" } }],
  [
    "event_denied",
    "does not issue tokens to workflows that this event triggers",
    "Trigger the workflow by push",
    { github: { event: "pull_request_target" } },
  ],
  [
    "event_denied",
    "does not issue tokens to workflows that this event triggers",
    "Trigger the workflow by push",
    { github: { event: "workflow_run" } },
  ],
  [
    "claim_mismatch",
    "The rule does not allow this job",
    "Compare the claims below",
    { github: { ref: "refs/heads/feature" } },
  ],
  [
    "scope_not_granted",
    "does not grant the requested scope",
    "Request less in the input scope",
    { inputs: { scope: "global" } },
  ],
  [
    "services_not_granted",
    "does not grant the requested services",
    "Request fewer in the input services",
    { inputs: { services: "*" } },
  ],
  [
    "services_not_granted",
    "does not grant the requested services",
    "Request fewer in the input services",
    { inputs: { services: "7i6HN3TK9wS159v2gPAZ8A" } },
  ],
  [
    "lifetime_not_granted",
    "does not grant a lifetime this long",
    "Set a shorter expires-in",
    { inputs: { "expires-in": "11m" } },
  ],
])("%s: says what it means and what to do, and asks no second time", async (code, what, remedy, options) => {
  const { job, message } = await refused(options);
  expect(message).toContain(what);
  expect(message).toContain(remedy);
  expect(message).toMatch(new RegExp(`\\(${code}, request "[0-9a-f-]{36}"\\)`));
  expect(await job.asked()).toEqual({
    fastly: [],
    broker: [expect.stringMatching(/ 40[03]$/)],
    github: ["GET"],
  });
  // The broker proved that there is none.
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await job.asked()).broker).toHaveLength(1);
});

test("claims that failed are shown whole, each with this job's own value", async () => {
  const { message } = await refused({
    inputs: { rule: "deploy" },
    github: { ref: "refs/heads/feature", claims: { job_workflow_ref: longRef } },
  });
  expect(message.split("\n").slice(1)).toEqual([
    "environment is not in this job's OIDC token, because the job names no environment",
    `job_workflow_ref is "${longRef}"`,
  ]);
  expect(message).not.toContain("production");
  expect(message).not.toContain("deploy.yml");
});

test("a claim that holds line ends and commands is harmless", async () => {
  const { message } = await refused({
    github: { claims: { ref: "refs/heads/a\n::set-output name=x::y ##[error]z" } },
  });
  expect(message.split("\n")).toHaveLength(2);
  expect(message).toContain('ref is "refs/heads/a ::set-output name=x::y # #[error]z"');
});

test("quota_exceeded is waited for, as long as there is time", async () => {
  const inputs = { rule: "one-at-once", timeout: "3s" };
  const first = await world.job({ inputs });
  expect((await first.run("main")).conclusion).toBe("success");
  const { job, message } = await refused({ inputs });
  expect(message).toContain("Run fewer jobs at once");
  expect((await job.asked()).fastly.filter((request) => request.startsWith("POST"))).toEqual([]);
  await first.run("post");
});
