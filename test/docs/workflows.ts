import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";

export type Step = {
  id?: string;
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  env?: Record<string, string>;
};

export type WorkflowJob = {
  needs?: string | string[];
  if?: string;
  environment?: string;
  permissions?: Record<string, string>;
  outputs?: Record<string, string>;
  uses?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
  secrets?: unknown;
  steps?: Step[];
};

export type Parameters = Record<string, { required?: boolean }>;

export type Workflow = {
  name: string;
  on: string | { workflow_call?: { inputs: Parameters } };
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  jobs: Record<string, WorkflowJob>;
};

export type Example = { path: string; text: string; workflow: Workflow };

export type Rule = {
  id: string;
  match: { event_name: string | string[]; environment?: string };
  grant: { services: string[]; [key: string]: unknown };
  [key: string]: unknown;
};

/** The workflows that the documents show. */
export const examples: Example[] = globSync("examples/{recipes,reusable}/*.yml")
  .sort()
  .map((path) => {
    const text = readFileSync(path, "utf8");
    return { path, text, workflow: parse(text) };
  });

export function exampleAt(path: string): Example {
  const found = examples.find((example) => example.path === path);
  if (!found) throw new Error(`no example ${path}`);
  return found;
}

export function rulesOf(policy: string): Rule[] {
  return parse(readFileSync(policy, "utf8")).rules;
}

export function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap((job) => job.steps ?? []);
}

/** The events that start a job, of those that its workflow names. */
export function eventsOf({ on }: Workflow, job: WorkflowJob): string[] {
  const all = typeof on === "string" ? [on] : Object.keys(on);
  const [, only] = /github\.event_name == '(\w+)'/.exec(job.if ?? "") ?? [];
  return only === undefined ? all : [only];
}
