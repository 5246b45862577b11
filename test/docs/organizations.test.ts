import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { parse } from "yaml";

const run = promisify(execFile);
const policy = "examples/broker/organization.yml";

test("the policy of the organization passes the broker's check", async () => {
  await run(process.execPath, ["src/broker/main.ts", "check", "--config", policy, "--without-secrets"]);
});

test.each(["deploy", "caller"])("examples/reusable/%s.yml is a valid workflow", async (name) => {
  await run("node_modules/.bin/action-validator", [`examples/reusable/${name}.yml`]);
});

test("the caller passes the inputs of the workflow, and a rule of the policy", () => {
  const { on } = parse(readFileSync("examples/reusable/deploy.yml", "utf8"));
  const { jobs } = parse(readFileSync("examples/reusable/caller.yml", "utf8"));
  const { rules } = parse(readFileSync(policy, "utf8"));
  expect(Object.keys(jobs.cart.with)).toEqual(Object.keys(on.workflow_call.inputs));
  const rule = rules.find(({ id }: { id: string }) => id === jobs.cart.with.rule);
  expect(rule.match.environment).toBe(jobs.cart.with.environment);
  expect(rule.grant.services).toEqual([jobs.cart.with["service-id"]]);
});
