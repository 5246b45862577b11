import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { readPage, repository } from "./markdown.ts";
import {
  eventsOf,
  exampleAt,
  examples,
  type Parameters,
  rulesOf,
  stepsOf,
  type WorkflowJob,
} from "./workflows.ts";

type Manifest = { inputs: Parameters; outputs: Record<string, unknown> };

const own: Record<string, Manifest> = {
  [`${repository}@v1`]: manifest("action.yml"),
  [`${repository}/revoke@v1`]: manifest("revoke/action.yml"),
  [`${repository}/sweep@v1`]: manifest("sweep/action.yml"),
};

// Each was looked up in its repository at this tag.
const others = [
  "actions/checkout@v5",
  "actions/deploy-pages@v5",
  "actions/download-artifact@v8",
  "actions/upload-artifact@v7",
  "actions/upload-pages-artifact@v5",
  "aws-actions/configure-aws-credentials@v6",
  "fastly/compute-actions/setup@v14",
  "google-github-actions/auth@v3",
  "google-github-actions/get-secretmanager-secrets@v3",
  "hashicorp/setup-terraform@v4",
];

function manifest(path: string): Manifest {
  return parse(readFileSync(path, "utf8"));
}

const directory = mkdtempSync(join(tmpdir(), "examples-"));
const run = promisify(execFile);

afterAll(() => rmSync(directory, { recursive: true }));

/** Rejects with what is wrong. */
async function validate(path: string): Promise<void> {
  await run("node_modules/.bin/action-validator", [path]);
}

/** The blocks of a page that are whole workflows, each with what stands before it on the page. */
const shown = globSync(["*.md", "docs/**/*.md"]).flatMap((page) =>
  [...readPage(page).matchAll(/^```ya?ml\n(.*?)^```$/gms)].flatMap((block) => {
    const [, text = ""] = block;
    const before = block.input.slice(0, block.index).trimEnd();
    return /^jobs:/m.test(text) ? [{ page, text, before }] : [];
  }),
);

describe("the workflows on the pages", () => {
  test.each(shown)("$page: each is one of the examples", ({ text }) => {
    expect(examples.map((example) => example.text)).toContain(text);
  });

  test.each(shown.filter(({ page }) => page !== "README.md"))(
    "$page: the line before each links to its file",
    ({ page, text, before }) => {
      const path = examples.find((example) => example.text === text)?.path ?? "";
      expect(before).toMatch(new RegExp(`\\[${path}\\]\\(${relative(dirname(page), path)}\\)$`));
    },
  );

  test.each(examples)("$path is on a page", ({ text }) => {
    expect(shown.map((block) => block.text)).toContain(text);
  });
});

test("there is an example of each action", () => {
  const used = examples.flatMap(({ workflow }) => stepsOf(workflow).map(({ uses }) => uses));
  expect(used).toEqual(expect.arrayContaining(Object.keys(own)));
});

test.each(examples)("$path is a workflow", ({ path }) => validate(path));

test("what is no workflow would be found", async () => {
  const path = join(directory, "broken.yml");
  writeFileSync(path, examples[0]?.text.replace("runs-on:", "run-on:") ?? "");
  await expect(validate(path)).rejects.toThrow("runs-on");
});

test.each(examples)("$path says what it may do on GitHub", ({ workflow }) => {
  expect(workflow.permissions).toBeDefined();
});

test.each(examples)("$path gives our actions inputs that they have", ({ workflow }) => {
  for (const { uses = "", with: given = {} } of stepsOf(workflow)) {
    const inputs = Object.keys(own[uses]?.inputs ?? {});
    if (uses in own) expect(inputs).toEqual(expect.arrayContaining(Object.keys(given)));
  }
});

test.each(examples)("$path uses no action of others that nobody looked up", ({ workflow }) => {
  const used = stepsOf(workflow).flatMap(({ uses }) => (uses === undefined || own[uses] ? [] : [uses]));
  expect(others).toEqual(expect.arrayContaining(used));
});

test.each(examples)(
  "$path reads outputs that there are, and lets no token cross to another job",
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

function read(job: WorkflowJob, pattern: RegExp): RegExpMatchArray[] {
  return [...JSON.stringify(job).matchAll(pattern)];
}

test.each(examples)("$path puts nothing of a secret or a token into a script's own text", ({ workflow }) => {
  const scripts = stepsOf(workflow).map(({ run: script = "" }) => script);
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test.each(examples)(
  "$path builds the project's code where no token and no secret can be had",
  ({ workflow }) => {
    for (const { steps = [], permissions, environment } of Object.values(workflow.jobs)) {
      if (!steps.some(({ run: script = "" }) => /compute build|npm ci/.test(script))) continue;
      expect({ ...workflow.permissions, ...permissions }).not.toHaveProperty("id-token");
      expect(environment).toBeUndefined();
      expect(JSON.stringify(steps)).not.toMatch(/secrets\./);
    }
  },
);

const jobs = examples.flatMap(({ path, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ path, workflow, name, job })),
);

test.each(jobs.filter(({ job }) => job.uses))("$path calls a workflow with all of its inputs", ({ job }) => {
  const [, name] =
    /^example-org\/workflows\/\.github\/workflows\/([\w-]+\.yml)@main$/.exec(job.uses ?? "") ?? [];
  const { on } = exampleAt(`examples/reusable/${name}`).workflow;
  const { inputs = {} } = (typeof on === "string" ? undefined : on.workflow_call) ?? {};
  expect(Object.keys(job.with ?? {})).toEqual(Object.keys(inputs));
});

const recipeRules = rulesOf("examples/broker/recipes.yml");
const asking = jobs.flatMap(({ job, ...rest }) =>
  (job.steps ?? [])
    .map(({ with: given }) => given?.rule ?? "")
    .filter((rule) => /^[\w-]+$/.test(rule))
    .map((rule) => ({ ...rest, job, rule })),
);

test("the policy of the recipes passes the broker's check, and each of its rules has a recipe", async () => {
  const check = [
    "src/broker/main.ts",
    "check",
    "--config",
    "examples/broker/recipes.yml",
    "--without-secrets",
  ];
  await run(process.execPath, check);
  expect(recipeRules.map(({ id }) => id).sort()).toEqual([...new Set(asking.map(({ rule }) => rule))].sort());
});

test.each(asking)(
  "$path: the rule $rule takes the events and the environment of job $name",
  ({ workflow, job, rule }) => {
    const match = recipeRules.find(({ id }) => id === rule)?.match;
    expect([match?.event_name].flat()).toEqual(expect.arrayContaining(eventsOf(workflow, job)));
    expect(match?.environment).toBe(job.environment);
    expect({ ...workflow.permissions, ...job.permissions }).toHaveProperty("id-token", "write");
  },
);
