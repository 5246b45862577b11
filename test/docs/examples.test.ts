import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { type User, useAction } from "../support/action.ts";
import { codeBlocks, readPage } from "./markdown.ts";

type Step = {
  id?: string;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  env?: Record<string, string>;
};

type Job = {
  needs?: string | string[];
  outputs?: Record<string, string>;
  uses?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  steps?: Step[];
};

type Parameters = Record<string, { required?: boolean }>;

type Workflow = {
  name: string;
  on: { workflow_call?: { inputs: Parameters; secrets: Parameters } };
  permissions?: unknown;
  jobs: Record<string, Job>;
};

type Manifest = { inputs: Parameters; outputs: Record<string, unknown> };

const texts = codeBlocks(readPage("docs/recipes.md"), "yaml");
const examples = texts.map((text) => {
  const workflow: Workflow = parse(text);
  return { title: workflow.name, text, workflow };
});

const own: Record<string, Manifest> = {
  "OWNER/fastly-ephemeral-token@v1": manifest("action.yml"),
  "OWNER/fastly-ephemeral-token/revoke@v1": manifest("revoke/action.yml"),
  "OWNER/fastly-ephemeral-token/sweep@v1": manifest("sweep/action.yml"),
};

// Each was looked up in its repository at this tag.
const others = [
  "actions/checkout@v5",
  "actions/deploy-pages@v5",
  "actions/download-artifact@v8",
  "actions/upload-artifact@v7",
  "actions/upload-pages-artifact@v5",
  "fastly/compute-actions/setup@v14",
  "hashicorp/setup-terraform@v4",
];

function manifest(path: string): Manifest {
  return parse(readFileSync(path, "utf8"));
}

const directory = mkdtempSync(join(tmpdir(), "examples-"));
const run = promisify(execFile);

afterAll(() => rmSync(directory, { recursive: true }));

/** Rejects with what is wrong. */
async function validate(text: string, name: string): Promise<void> {
  const path = join(directory, name);
  writeFileSync(path, text);
  await run("node_modules/.bin/action-validator", [path]);
}

test("there is an example of each use", () => {
  const used = new Set(examples.flatMap(({ workflow }) => steps(workflow).map(({ uses }) => uses)));
  expect(examples.length).toBeGreaterThanOrEqual(9);
  for (const action of Object.keys(own)) expect([...used]).toContain(action);
});

test.each(examples)("$title: is a workflow", async ({ text }) => {
  await validate(text, `${examples.findIndex((example) => example.text === text)}.yml`);
});

test("what is no workflow would be found", async () => {
  const broken = texts[0]?.replace("runs-on:", "run-on:") ?? "";
  await expect(validate(broken, "broken.yml")).rejects.toThrow("runs-on");
});

test.each(examples)("$title: says what it may do on GitHub", ({ workflow }) => {
  expect(workflow.permissions).toBeDefined();
});

test.each(examples)("$title: gives our actions inputs that they have, and what they need", ({ workflow }) => {
  for (const { uses = "", with: given = {} } of steps(workflow)) {
    const action = own[uses];
    if (!action) continue;
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    const required = Object.entries(action.inputs).filter(([, input]) => input.required);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(required.map(([name]) => name)));
  }
});

test.each(examples)("$title: uses no action of others that nobody looked up", ({ workflow }) => {
  const used = steps(workflow).flatMap(({ uses }) => (uses === undefined || own[uses] ? [] : [uses]));
  expect(others).toEqual(expect.arrayContaining(used));
});

test.each(examples)(
  "$title: reads outputs that there are, and lets no token cross to another job",
  ({ workflow }) => {
    for (const job of Object.values(workflow.jobs)) {
      for (const [, id = "", output = ""] of read(job, /steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        const step = job.steps?.find((candidate) => candidate.id === id);
        expect({ id, found: step !== undefined }).toEqual({ id, found: true });
        const action = own[step?.uses ?? ""];
        if (action) expect(Object.keys(action.outputs)).toContain(output);
      }
      for (const [, id = "", output = ""] of read(job, /needs\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        expect([job.needs].flat()).toContain(id);
        expect(Object.keys(workflow.jobs[id]?.outputs ?? {})).toContain(output);
      }
      expect(JSON.stringify(job.outputs ?? {})).not.toMatch(/outputs\.token\b(?!-)/);
    }
  },
);

function read(job: Job, pattern: RegExp): RegExpMatchArray[] {
  return [...JSON.stringify(job).matchAll(pattern)];
}

test.each(examples)(
  "$title: puts nothing of a secret or a token into a script's own text",
  ({ workflow }) => {
    const scripts = steps(workflow).map(({ run: script = "" }) => script);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  },
);

test("what calls the reusable workflow passes what that asks for, and nothing else", () => {
  const called = examples.flatMap(({ workflow }) => workflow.on.workflow_call ?? []);
  const calls = examples.flatMap(({ workflow }) => Object.values(workflow.jobs).filter(({ uses }) => uses));
  expect({ called: called.length, calls: calls.length }).toEqual({ called: 1, calls: 1 });
  expect(Object.keys(calls[0]?.with ?? {})).toEqual(Object.keys(called[0]?.inputs ?? {}));
  expect(Object.keys(calls[0]?.secrets ?? {})).toEqual(Object.keys(called[0]?.secrets ?? {}));
});

const action = useAction();

// Those whose work needs nothing but curl.
test.each([
  ["Site", "purge_all"],
  ["Purge by key", "purge"],
  ["Purge regions", "purge_all"],
  ["Purge and watch", "purge_all"],
])("%s: purges one service, and leaves no token behind", async (title, purge) => {
  const { workflow } = examples.find((example) => example.title === title) ?? {};
  const [mint, work] = workflow?.jobs.purge?.steps ?? [];
  const user = await action.user({ totp: title === "Purge regions" });
  const [service = ""] = user.services;
  const known = contextOf(user, service);

  const job = await action.job({ user, inputs: evaluated(mint?.with, known) });
  const main = await job.run("main");
  expect(main.annotations).toEqual([]);
  for (const [name, value] of Object.entries(main.outputs)) known[`steps.fastly.outputs.${name}`] = value;
  const script = work?.run?.replace("https://api.fastly.com", action.emulator.url) ?? "false";
  const env = { ...process.env, SERVICE_ID: service, ...evaluated(work?.env, known) };
  await run("bash", ["-e", "-c", script], { env });
  await job.run("post");

  expect(await job.requests()).toEqual([
    "POST /tokens 200",
    `POST /service/${service}/${purge} 200`,
    "DELETE /tokens/self 204",
  ]);
  expect(await job.alive()).toBe(0);
});

function contextOf({ username, password, totpSecret = "" }: User, service: string): Record<string, string> {
  return {
    "secrets.FASTLY_USERNAME": username,
    "secrets.FASTLY_PASSWORD": password,
    "secrets.FASTLY_TOTP_SECRET": totpSecret,
    "secrets.fastly-username": username,
    "secrets.fastly-password": password,
    "env.SERVICE_ID": service,
    "inputs.service-id": service,
    "inputs.surrogate-keys": "products prices",
    "matrix.service": service,
  };
}

/** What GitHub makes of `${{ … }}`. */
function evaluated(
  values: Record<string, unknown> = {},
  known: Record<string, string>,
): Record<string, string> {
  const evaluate = (text: string) =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, name) => known[name] ?? `no ${name}`);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, evaluate(String(value))]));
}

function steps({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap((job) => job.steps ?? []);
}
