import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { parse } from "yaml";
import { type BrokerConfig, useBrokerWorld } from "../support/broker-jobs.ts";
import { computePackage } from "../support/compute-package.ts";
import { type Job, startJob } from "../support/runner.ts";
import { codeBlocks, readPage, section } from "./markdown.ts";

type Step = {
  id?: string;
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  env?: Record<string, string>;
};

type Workflow = {
  permissions: Record<string, string>;
  jobs: { deploy: { environment?: string; steps: Step[] } };
};

const shownService = "SU1Z0isxPaozGVKXdv0eY";
const shownBroker = "https://fastly-tokens.example.com";
const texts = codeBlocks(section(readPage("README.md"), "## Use it"), "yaml");
const [withBroker = "", withPassword = ""] = texts;

/** The rule that the README's policy has for this job: one service, and only for pushes to main. */
function addRule(config: BrokerConfig): object {
  const [rule] = config.rules;
  if (!rule) throw new Error("the broker has no rule");
  const services = Array.isArray(rule.grant.services) ? rule.grant.services.slice(0, 1) : [];
  const grant = { scope: ["global"], services, max_ttl: "20m", account_access: true };
  return { ...config, rules: [...config.rules, { ...rule, id: "edge-deploy", grant }] };
}

const world = useBrokerWorld({ config: addRule });
const directory = mkdtempSync(join(tmpdir(), "readme-"));

beforeAll(() => {
  mkdirSync(join(directory, "pkg"));
  mkdirSync(join(directory, "bin"));
  writeFileSync(join(directory, "pkg", "site.tar.gz"), computePackage("site"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("there are two workflows, and each is valid", async () => {
  expect(texts).toHaveLength(2);
  for (const [index, workflow] of texts.entries()) {
    const file = join(directory, `${index}.yml`);
    writeFileSync(file, workflow);
    await promisify(execFile)("node_modules/.bin/action-validator", [file]);
  }
});

test("with a broker the workflow names no secret; with a password its job names the secrets' environment", () => {
  expect(withBroker).not.toContain("secrets.");
  expect(read(withBroker).permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(read(withPassword).permissions).toEqual({ contents: "read" });
  expect(read(withPassword).jobs.deploy.environment).toBe("fastly");
});

test("with a broker the workflow deploys a service, and leaves no token behind", async () => {
  const { create } = stepsOf(withBroker);
  const inputs = evaluated(create.with, {});
  expect(inputs.broker).toBe(shownBroker);
  const job = await world.job({ inputs: { ...inputs, broker: world.front.url }, secrets: [] });
  await play(job, withBroker);
  expect((await job.asked()).broker).toEqual(["POST /v1/token 200"]);
});

test("with a password the workflow deploys a service, and leaves no token behind", async () => {
  const { create } = stepsOf(withPassword);
  const inputs = evaluated(create.with, {
    "secrets.FASTLY_USERNAME": world.user.username,
    "secrets.FASTLY_PASSWORD": world.user.password,
  });
  const job = await startJob({ inputs: { ...inputs, "api-url": world.fastly.url } });
  try {
    await play(job, withPassword);
  } finally {
    await job.end();
  }
});

async function play(job: Job, workflow: string): Promise<void> {
  const { create, deploy } = stepsOf(workflow);
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect(main.outputs).toMatchObject({ scope: "global", services: service() });
  const known = Object.entries(main.outputs).map(([name, value]) => [
    `steps.${create.id}.outputs.${name}`,
    value,
  ]);
  const env = evaluated(deploy.env, Object.fromEntries(known));
  expect(await bash(deploy.run, env)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/Deployed package|Skipping package deployment/),
  });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await bash(deploy.run, env)).code).not.toBe(0);
  expect(await world.fastly.liveTokens(world.user.userId)).toEqual([]);
}

function service(): string {
  return world.user.services[0] ?? "";
}

function read(workflow: string): Workflow {
  return parse(workflow.replaceAll(shownService, service()));
}

/** This action's step, and the one behind it. What comes before them prepares the package. */
function stepsOf(workflow: string): { create: Step; deploy: Step } {
  const { steps } = read(workflow).jobs.deploy;
  const at = steps.findIndex(({ uses }) => uses === "OWNER/fastly-ephemeral-token@v1");
  const [create, deploy, ...others] = steps.slice(at);
  if (!create || !deploy || others.length > 0) throw new Error("the README's workflow has other steps");
  return { create, deploy };
}

/** What GitHub makes of `${{ … }}`. */
function evaluated(
  fields: Record<string, string> = {},
  known: Record<string, string | undefined>,
): Record<string, string> {
  const evaluate = (field: string) =>
    field.replace(/\$\{\{ (\S+) \}\}/g, (_, name) => {
      const value = known[name];
      if (value === undefined) throw new Error(`the workflow names ${name}, which there is not`);
      return value;
    });
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, evaluate(field)]));
}

/** Runs a step where the package is, with Fastly's own command line, which asks the emulator. */
async function bash(script = "false", env: Record<string, string>) {
  const cli = join(directory, "bin", "fastly");
  const program = resolve("node_modules/@fastly/cli/fastly.js");
  writeFileSync(cli, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@" --api "${world.fastly.url}"\n`);
  chmodSync(cli, 0o755);
  const child = spawn("bash", ["-e", "-c", script], {
    cwd: directory,
    env: {
      PATH: `${join(directory, "bin")}:${process.env.PATH ?? ""}`,
      HOME: directory,
      // It asks the emulator how one signs in, and tells no server of Fastly's what it deployed.
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
