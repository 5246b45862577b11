import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { parse } from "yaml";

const run = promisify(execFile);
const policy = "examples/broker/organization.yml";

test("the policy of the organization passes the broker's check", async () => {
  await run(process.execPath, ["src/broker/main.ts", "check", "--config", policy, "--without-secrets"]);
});

test("the caller's rule is one of the policy, for its environment and its service", () => {
  const { jobs } = parse(readFileSync("examples/reusable/deploy-caller.yml", "utf8"));
  const { rules } = parse(readFileSync(policy, "utf8"));
  const rule = rules.find(({ id }: { id: string }) => id === jobs.cart.with.rule);
  expect(rule.match.environment).toBe(jobs.cart.with.environment);
  expect(rule.grant.services).toEqual([jobs.cart.with["service-id"]]);
});
