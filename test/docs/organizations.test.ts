import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseToObject } from "hcl2-parser";
import { parse } from "yaml";

const run = promisify(execFile);
const policy = "examples/broker/organization.yml";
const terraform = "examples/terraform/fastly-users.tf";

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

describe("the Fastly users in Terraform", () => {
  const [{ locals, resource }] = parseToObject(readFileSync(terraform, "utf8"));
  const [{ users, services }] = locals;
  const { fastly, rules } = parse(readFileSync(policy, "utf8"));

  test("are those of the policy, by their ids", () => {
    expect(Object.keys(users)).toEqual(fastly.users.map(({ id }: { id: string }) => id));
    expect(resource.fastly_user.broker).toMatchObject([
      { for_each: expect.stringContaining("local.users"), role: "engineer" },
    ]);
  });

  test("have the user names that the output assigns to the policy's variables", () => {
    const variables = Object.keys(users).map((id) => `${id.toUpperCase().replaceAll("-", "_")}_USERNAME`);
    expect(variables).toEqual(
      fastly.users.map(({ username }: { username: { env: string } }) => username.env),
    );
  });

  test("may use the services that the rules grant, as fully as the scope global needs", () => {
    const granted = rules.flatMap(({ grant }: { grant: { services: string[] } }) => grant.services);
    expect(Object.keys(services).sort()).toEqual([...new Set(granted)].sort());
    expect(rules.every(({ grant }: { grant: { scope: string[] } }) => grant.scope.includes("global"))).toBe(
      true,
    );
    expect(new Set(Object.values(services))).toEqual(new Set(["full"]));
  });

  // No test downloads anything: whoever has built or downloaded Fastly's provider names its folder.
  const { TERRAFORM_PROVIDER_FASTLY: provider = "" } = process.env;
  const hasTerraform = provider !== "" && spawnSync("terraform", ["version"]).status === 0;
  const testWithTerraform = hasTerraform ? test : test.skip;

  testWithTerraform("pass terraform validate, with the provider in TERRAFORM_PROVIDER_FASTLY", () => {
    const folder = mkdtempSync(join(tmpdir(), "terraform-"));
    try {
      cpSync(terraform, join(folder, "main.tf"));
      const settings = join(folder, "cli.tfrc");
      const overrides = `dev_overrides { "fastly/fastly" = ${JSON.stringify(provider)} }`;
      writeFileSync(settings, `provider_installation {\n  ${overrides}\n}\n`);
      const env = { ...process.env, TF_CLI_CONFIG_FILE: settings };
      const options = { cwd: folder, env, encoding: "utf8" } as const;
      expect(spawnSync("terraform", ["fmt", "-check", "-diff", "main.tf"], options).stdout).toBe("");
      const { stdout } = spawnSync("terraform", ["validate", "-json"], options);
      expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
