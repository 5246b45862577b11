import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type BrokerConfig, useBrokerWorld } from "../support/broker-jobs.ts";
import { computePackage } from "../support/compute-package.ts";
import type { AddedUser } from "../support/emulator.ts";
import type { JobToRegister } from "../support/github-oidc.ts";
import { type Job, startJob } from "../support/runner.ts";
import { repository } from "./markdown.ts";
import { eventsOf, exampleAt, examples, rulesOf, type Step } from "./workflows.ts";

const main = `${repository}@v1`;
const shownServices = ["SU1Z0isxPaozGVKXdv0eY", "7i6HN3TK9wS159v2gPAZ8A"];

/** Every job of an example that gets a token, but for the one whose token another job revokes. */
const jobs = examples.flatMap(({ path, workflow }) =>
  Object.entries(workflow.jobs).flatMap(([name, job]) => {
    const at = (job.steps ?? []).findIndex(({ uses }) => uses === main);
    const [create, work] = job.steps?.slice(at) ?? [];
    if (at < 0 || !create || !work || create.with?.revoke !== undefined) return [];
    const before = job.steps?.slice(0, at).find(({ id }) => id === "user");
    return [{ path, name, workflow, job, before, create, work, withBroker: "broker" in (create.with ?? {}) }];
  }),
);

/** The policy of the recipes, for the emulator's services. */
function withRecipes(config: BrokerConfig): object {
  const real = config.rules[0]?.grant.services;
  const services = (shown: string[]) => shown.map((id) => [real].flat()[shownServices.indexOf(id)]);
  const rules = rulesOf("examples/broker/recipes.yml").map((rule) => ({
    ...rule,
    grant: { ...rule.grant, services: services(rule.grant.services) },
  }));
  return { ...config, rules };
}

const world = useBrokerWorld({ config: withRecipes });
const directory = mkdtempSync(join(tmpdir(), "played-"));
const started: { job: Job; secrets: string[] }[] = [];

beforeAll(() => {
  for (const folder of ["pkg", "bin"]) mkdirSync(join(directory, folder));
  writeFileSync(join(directory, "pkg", "site.tar.gz"), computePackage("site"));
  const cli = `"${process.execPath}" "${resolve("node_modules/@fastly/cli/fastly.js")}"`;
  program("fastly", `exec ${cli} "$@" --api "${world.fastly.url}"`);
  // Stands in for Terraform and its provider: it says what the token may do.
  program(
    "terraform",
    `curl --silent --fail -H "Fastly-Key: $FASTLY_API_KEY" "${world.fastly.url}/tokens/self"`,
  );
});
afterEach(async () => {
  for (const { job, secrets } of started.splice(0)) {
    const leaks = job.leaks(secrets);
    await job.end();
    expect(leaks).toEqual([]);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

test("jobs of recipes are found, with a broker and with a password", () => {
  expect(jobs.filter(({ withBroker }) => withBroker).length).toBeGreaterThanOrEqual(7);
  expect(jobs.filter(({ withBroker }) => !withBroker).length).toBeGreaterThanOrEqual(5);
});

test.each(jobs)("$path: job $name gets its token, works with it, and leaves none behind", async (played) => {
  const { create, work, before, withBroker } = played;
  const user = await userOf(create);
  const known = { ...contextOf(user), ...(await outputsBefore(before, user)) };
  for (const [name, value] of Object.entries({ ...played.workflow.env, ...played.job.env }))
    known[`env.${name}`] = real(value, user);
  const inputs = evaluated(create.with, known, user);
  const job = withBroker ? await brokered(inputs, githubOf(played)) : await withPassword(inputs, user);

  const created = await job.run("main");
  expect(created).toMatchObject({ conclusion: "success", annotations: [] });
  for (const [name, value] of Object.entries(created.outputs)) known[`steps.fastly.outputs.${name}`] = value;
  const jobEnv = Object.entries(known).filter(([name]) => name.startsWith("env."));
  const env = {
    ...Object.fromEntries(jobEnv.map(([name, value]) => [name.slice(4), value])),
    ...evaluated(work.env, known, user),
  };
  const script = real(work.run ?? "false", user).replaceAll("https://api.fastly.com", world.fastly.url);
  expect(await bash(script, env)).toMatchObject({
    code: 0,
    output: expectedOf(script, created.outputs.scope),
  });

  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await bash(script, env)).code).not.toBe(0);
  // The broker's own session key lives until the broker stops.
  const alive = (await world.fastly.liveTokens(user.userId)).map(({ name }) => name);
  expect(alive.filter((name) => !name.includes(" use=broker "))).toEqual([]);
});

function expectedOf(script: string, scope = "") {
  if (script.includes("compute deploy"))
    return expect.stringMatching(/Deployed package|Skipping package deployment/);
  const terraform = script.includes("plan") ? "global:read" : "global";
  return script.startsWith("terraform")
    ? expect.stringMatching(`"scope":"${terraform}"`)
    : expect.stringMatching(scope.startsWith("purge") ? /"ok"|"products"/ : "never");
}

test.each([
  ["terraform-apply", { event: "pull_request", ref: "refs/pull/7/merge", environment: "terraform" }],
  ["terraform-apply", { event: "push" }],
  ["edge-deploy", { event: "pull_request", ref: "refs/pull/7/merge" }],
  ["preview", { event: "pull_request", ref: "refs/pull/7/merge" }],
])("the rule %s refuses a job of %j", async (rule, github) => {
  const job = await brokered({ rule, broker: world.front.url }, github);
  const refused = await job.run("main");
  expect(refused.conclusion).toBe("failure");
  expect(refused.log).toContain("claim_mismatch");
  await job.run("post");
});

describe("examples/recipes/monorepo.yml: the map from directories to services", () => {
  const [, map] = exampleAt("examples/recipes/monorepo.yml").workflow.jobs.changes?.steps ?? [];
  const repository = join(directory, "monorepo");
  const output = join(directory, "output");

  async function deployments(before: string): Promise<string[]> {
    writeFileSync(output, "");
    const [sha = ""] = (await bash("git rev-parse HEAD", {}, repository)).output.split("\n");
    const env = {
      ...map?.env,
      BEFORE: before,
      GITHUB_SHA: sha,
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: directory,
    };
    expect(await bash(map?.run ?? "false", env, repository)).toMatchObject({ code: 0 });
    const [, json = ""] = /^deployments=(.*)\n$/.exec(readFileSync(output, "utf8")) ?? [];
    return JSON.parse(json).map(({ rule }: { rule: string }) => rule);
  }

  beforeAll(async () => {
    mkdirSync(repository);
    const commit =
      "git add . && git -c user.name=t -c user.email=t@example.com -c commit.gpgsign=false commit --quiet -m";
    const script = `git init --quiet && mkdir cart search && touch cart/a search/a && ${commit} one
      touch cart/b && ${commit} two && touch README && ${commit} three`;
    expect(await bash(script, {}, repository)).toMatchObject({ code: 0 });
  });

  test.each([
    ["the directories that changed", "HEAD~2", ["shop-cart"]],
    ["none, where nothing of theirs changed", "HEAD~1", []],
    ["all, where the earlier commit is not there", "0".repeat(40), ["shop-cart", "shop-search"]],
  ])("names %s", async (_, before, expected) => {
    expect(await deployments(before)).toEqual(expected);
  });

  test("each of its rules is in the organization's policy, for this environment and service", () => {
    const rules = rulesOf("examples/broker/organization.yml");
    for (const { rule, environment, service } of JSON.parse(map?.env?.SERVICES ?? "[]")) {
      const { match, grant } = rules.find(({ id }) => id === rule) ?? {};
      expect([match?.environment, grant?.services]).toEqual([environment, [service]]);
    }
  });
});

function userOf(create: Step): Promise<AddedUser> | AddedUser {
  if (create.with?.["totp-secret"] === undefined) return world.user;
  return world.fastly.addUser({ customer: "new", totp: true });
}

/** What GitHub knows of the job. */
function githubOf({ workflow, job }: Pick<(typeof jobs)[number], "workflow" | "job">): JobToRegister {
  const [event = "push"] = eventsOf(workflow, job);
  const environment = job.environment?.startsWith("$") ? undefined : job.environment;
  return {
    event: event === "workflow_call" ? "push" : event,
    ref: event === "pull_request" ? "refs/pull/7/merge" : "refs/heads/main",
    ...(environment === undefined ? {} : { environment }),
  };
}

function brokered(inputs: Record<string, string>, github: JobToRegister): Promise<Job> {
  return world.job({ inputs: { ...inputs, broker: world.front.url }, github });
}

async function withPassword(inputs: Record<string, string>, user: AddedUser): Promise<Job> {
  const job = await startJob({ inputs: { ...inputs, "api-url": world.fastly.url } });
  started.push({ job, secrets: [user.password] });
  return job;
}

/** The outputs of the step that reads the password from a cloud's secret manager. */
async function outputsBefore(step: Step | undefined, user: AddedUser): Promise<Record<string, string>> {
  if (!step) return {};
  const credentials = { username: user.username, password: user.password };
  if (step.run === undefined) return prefixed(Object.entries(credentials));
  program("aws", `cat <<'SECRET'\n${JSON.stringify(credentials)}\nSECRET`);
  const output = join(directory, "outputs");
  writeFileSync(output, "");
  const { code, output: log } = await bash(step.run, { GITHUB_OUTPUT: output });
  expect(code).toBe(0);
  // GitHub takes %25 in a command for a percent sign, and masks the value from here on.
  expect(log.replaceAll("%25", "%")).toBe(`::add-mask::${user.username}\n::add-mask::${user.password}\n`);
  const lines = readFileSync(output, "utf8").trimEnd().split("\n");
  return prefixed(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

function prefixed(outputs: [string, string][]): Record<string, string> {
  return Object.fromEntries(outputs.map(([name, value]) => [`steps.user.outputs.${name}`, value]));
}

function contextOf({ username, password, totpSecret = "", services }: AddedUser): Record<string, string> {
  return {
    "secrets.FASTLY_USERNAME": username,
    "secrets.FASTLY_PASSWORD": password,
    "secrets.FASTLY_TOTP_SECRET": totpSecret,
    "matrix.service": services[0] ?? "",
    "inputs.service-id": services[0] ?? "",
    "inputs.surrogate-keys": "products prices",
    "inputs.rule": "edge-deploy",
  };
}

/** The emulator's services in place of those that the examples show. */
function real(field: string, { services }: AddedUser): string {
  return shownServices.reduce((done, shown, at) => done.replaceAll(shown, services[at] ?? ""), field);
}

/** What GitHub makes of `${{ … }}`. */
function evaluated(
  fields: Record<string, string> = {},
  known: Record<string, string>,
  user: AddedUser,
): Record<string, string> {
  const evaluate = (field: string) =>
    real(field, user).replace(/\$\{\{ (\S+) \}\}/g, (_, name) => {
      const value = known[name];
      if (value === undefined) throw new Error(`the example names ${name}, which there is not`);
      return value;
    });
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, evaluate(String(field))]));
}

function program(name: string, script: string): void {
  const path = join(directory, "bin", name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Runs a step where the package is, with Fastly's own command line, which asks the emulator. */
async function bash(script: string, env: Record<string, string>, cwd = directory) {
  const child = spawn("bash", ["-e", "-c", script], {
    cwd,
    env: {
      PATH: `${join(directory, "bin")}:${process.env.PATH ?? ""}`,
      HOME: directory,
      // It asks the emulator how one signs in, and notifies no server of Fastly's of what it deployed.
      FASTLY_ACCOUNT_ENDPOINT: world.fastly.url,
      HTTPS_PROXY: "http://127.0.0.1:1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, output: `${stdout}${stderr}` };
}
