import { styleText } from "node:util";
import type { RunningBroker } from "../../test/support/broker.ts";
import { fastlyCli } from "../../test/support/fastly-cli.ts";
import type { Stage, StepResult } from "../../test/support/runner.ts";
import { type BrokerJob, type BrokerWorld, openBrokerWorld, webhookSecret } from "./broker-world.ts";
import { expect, printHeading, printLine, quote } from "./show.ts";

/** Three jobs and a broker: one gets a token, one is refused, one loses its machine. */
export async function playBroker(action: string): Promise<void> {
  const world = await openBrokerWorld(action);
  try {
    await tellJobs(world);
  } finally {
    await world.close();
  }
  console.log(`\n${styleText("bold", "Every job is over, every process has ended, and no token is alive.")}`);
}

async function tellJobs(world: BrokerWorld): Promise<void> {
  printLine(`Emulators of Fastly's API and of GitHub listen on ${world.fastly.url} and ${world.github.url}.`);
  const broker = await startWithPolicy(world);
  const jobs = [
    await tellGranted(world, broker),
    await tellRefused(world, broker),
    await tellVanished(world, broker),
  ];

  printHeading("The broker stops, and revokes the token that it used for itself.");
  expect("the broker exits with 0", (await broker.stop()) === 0);
  await showLive(world);
  expect("Fastly lists no live token", (await world.liveTokens()).length === 0);

  printHeading("No output contains a secret.");
  const secrets = secretsOf(world, jobs);
  expect(
    "no token, JWT request token, password or webhook secret is in a job's log or the broker's",
    jobs.every((job) => job.leaks(secrets).length === 0) &&
      secrets.every((secret) => !broker.output().includes(secret)),
  );
}

async function startWithPolicy(world: BrokerWorld): Promise<RunningBroker> {
  printHeading(
    "The team writes a policy. Only the broker has the Fastly user's password, in its environment.",
  );
  quote(world.policy.trimEnd());
  printLine("$ broker check --config broker.yaml");
  const checked = await world.check();
  quote(checked);
  expect("the policy is valid", checked.includes("is valid: 1 rule, 1 Fastly user, 1 issuer."));
  const broker = await world.startBroker();
  printLine(`The broker listens on ${broker.url}.`);
  return broker;
}

async function tellGranted(world: BrokerWorld, broker: RunningBroker): Promise<BrokerJob> {
  printHeading("A job on main asks for a token. Its workflow contains no secret:");
  const job = await world.startJob(broker, "refs/heads/main");
  quote(
    Object.entries(job.inputs)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  );
  const given = JSON.stringify([job.inputs, job.env]);
  expect("the job has neither the user's name nor its password", !holdsCredentials(given, world));
  const { outputs } = await runStep(job, "main", "success");
  expect("the action hands on a token", outputs.token !== undefined && outputs.token !== "");
  await showLive(world);
  expect("Fastly lists this job's token", (await world.liveTokens(job)).length === 1);

  printHeading("The job purges a key of its service with that token.");
  expect("the purge succeeds", await purge(world, outputs.token ?? ""));

  printHeading("The job ends: the action's post step revokes the token, without the broker.");
  await runStep(job, "post", "success");
  expect("Fastly lists no live token of this job", (await world.liveTokens(job)).length === 0);
  return job;
}

async function tellRefused(world: BrokerWorld, broker: RunningBroker): Promise<BrokerJob> {
  printHeading("A job on another branch asks for the same.");
  const ref = "refs/heads/feature";
  const job = await world.startJob(broker, ref);
  const { outputs, log } = await runStep(job, "main", "failure");
  expect("the job gets no token", outputs.token === undefined);
  expect("it learns why: the error code claim_mismatch", log.includes("(claim_mismatch, "));
  expect(`it learns which claim failed: ref is "${ref}"`, log.includes(`\nref is "${ref}"`));
  expect("Fastly lists no live token of this job", (await world.liveTokens(job)).length === 0);
  await runStep(job, "post", "success");
  return job;
}

async function tellVanished(world: BrokerWorld, broker: RunningBroker): Promise<BrokerJob> {
  printHeading(
    "Another job on main gets its token, and its machine dies at that moment: SIGKILL. Post never runs.",
  );
  const job = await world.startJob(broker, "refs/heads/main");
  const main = await job.start("main");
  await main.printed("Created Fastly token");
  main.kill("SIGKILL");
  const { log, signal } = await main.done;
  quote(log);
  printLine(signal === "SIGKILL" ? "main was killed." : "main had just ended by itself.");
  await showLive(world);
  const [left] = await world.liveTokens(job);
  expect("its token is still alive", left !== undefined);

  printHeading(
    "GitHub notices that the machine is gone, and its webhook reports to the broker that the job is over.",
  );
  const webhook = { event: "workflow_job", job: job.github.id, secret: webhookSecret } as const;
  const { status, body } = await world.github.sendWebhook(`${broker.url}/v1/github/webhook`, {
    ...webhook,
    conclusion: "failure",
  });
  quote(`HTTP ${status} ${body.trim()}`);
  expect("the broker accepts the delivery", /"status":"(?:done|accepted)"/.test(body));
  const { ended, left: unended } = await broker.nextAudit(
    (line) => line.event === "webhook" && line.ended !== undefined,
  );
  expect("the broker revokes one token and leaves none", ended === 1 && unended === 0);
  const token = (await world.fastly.tokens()).find(({ id }) => id === left?.id);
  printLine(`Fastly's record of token ${token?.id}: ${token?.state} at ${token?.revoked_at}`);
  await showLive(world);
  printLine("(What is left is the broker's own key, which lists and revokes tokens.)");
  expect("Fastly lists no live token of this job", (await world.liveTokens(job)).length === 0);
  expect("Fastly has revoked the token of the lost machine", token?.state === "revoked");
  return job;
}

async function runStep(
  job: BrokerJob,
  stage: Stage,
  expected: StepResult["conclusion"],
): Promise<StepResult> {
  const result = await job.run(stage);
  printLine(`The log of ${stage}, as GitHub shows it:`);
  quote(result.log);
  expect(expected === "success" ? `${stage} succeeds` : `${stage} fails`, result.conclusion === expected);
  return result;
}

/** Purges with Fastly's own command line. */
async function purge({ fastly, service }: BrokerWorld, token: string): Promise<boolean> {
  const args = ["service", "purge", "--key", "front-page", "--service-id", service];
  printLine(`$ FASTLY_API_TOKEN=*** fastly ${args.join(" ")}`);
  const { code, stdout, stderr } = await fastlyCli(args, { apiUrl: fastly.url, token });
  quote(`${stdout}${stderr}`.trim());
  return code === 0;
}

async function showLive(world: BrokerWorld): Promise<void> {
  const live = await world.liveTokens();
  printLine("Fastly's live tokens of the user:");
  quote(live.map(({ id, scope, name }) => `${id} ${scope} ${name}`).join("\n") || "none");
}

function holdsCredentials(text: string, { user }: BrokerWorld): boolean {
  return [user.username, user.password].some((secret) => text.includes(secret));
}

function secretsOf({ user }: BrokerWorld, jobs: readonly BrokerJob[]): string[] {
  const tokens = jobs.flatMap(({ results }) => results.map(({ outputs }) => outputs.token ?? ""));
  const requestTokens = jobs.map(({ github }) => github.requestToken);
  return [...tokens, ...requestTokens, user.password, webhookSecret].filter((secret) => secret !== "");
}
