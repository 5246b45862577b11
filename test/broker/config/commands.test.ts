import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { codeBlocks, readPage } from "../../docs/markdown.ts";
import { serverEnv } from "../../support/broker.ts";
import { serverProgram } from "../../support/server-program.ts";

const page = readPage("docs/broker/policy.md");
const [example = ""] = codeBlocks(page, "yaml");
const [claims = ""] = codeBlocks(page, "json");
const [explanation = ""] = codeBlocks(page, "text");
const env = {
  CI_USERNAME: "ci@example.com",
  CI_PASSWORD: "hunter2-hunter2",
  WEBHOOK_SECRET: "0123456789abcdef",
};

const folder = mkdtempSync(join(tmpdir(), "broker-commands-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function broker(
  args: readonly string[],
  environment: Record<string, string> = {},
  program = serverProgram("broker"),
) {
  const node = [program, ...args];
  const child = spawn(process.execPath, node, { env: { ...serverEnv(), ...environment } });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk: Buffer) => {
      output[stream] += chunk.toString();
    });
  const [code] = await once(child, "close");
  return { code, ...output };
}

test("check accepts the documented configuration", async () => {
  const config = fileWith("good.yaml", example);
  const { code, stdout, stderr } = await broker(["check", "--config", config], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/is valid: 2 rules, 1 Fastly user, 1 issuer\. SHA-256: [0-9a-f]{64}\n$/);
});

test("check prints every mistake with line and column, and no secret", async () => {
  const config = fileWith(
    "wrong.yaml",
    example.replaceAll('"9919"', "9919").replace("{ env: CI_PASSWORD }", "hunter2-hunter2"),
  );
  const { code, stdout, stderr } = await broker(["check", "--config", config], env);
  expect(code).toBe(1);
  expect(
    stdout
      .split("\n")
      .map((line) => /:(\d+:\d+: \S+):/.exec(line)?.[1])
      .filter(Boolean),
  ).toEqual([
    "12:17: fastly.users[0].password",
    "19:28: rules[0].match.repository_owner_id",
    "30:28: rules[1].match.repository_owner_id",
  ]);
  expect(stdout + stderr).not.toContain("hunter2");
});

test("check reports secrets that are missing, unless it is run --without-secrets", async () => {
  const config = fileWith("secrets.yaml", example);
  expect(await broker(["check", "--config", config])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("CI_USERNAME is not set"),
  });
  expect(await broker(["check", "--config", config, "--without-secrets"])).toMatchObject({ code: 0 });
});

test("explain says what the documentation shows", async () => {
  const files = ["--config", fileWith("explain.yaml", example), "--claims", fileWith("claims.json", claims)];
  expect(await broker(["explain", ...files, "--rule", "purge"])).toEqual({
    code: 1,
    stdout: explanation,
    stderr: "",
  });
  const main = fileWith("main.json", claims.replace("feature", "main"));
  const granted = await broker(["explain", ...files.slice(0, 3), main, "--rule", "purge"]);
  expect(granted).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(
      "scope: purge_select\n  services: SU1Z0isxPaozGVKXdv0eY\n  lifetime: 10m",
    ),
  });
  expect(await broker(["explain", ...files, "--rule", "other"])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("unknown_rule"),
  });
});

test("the JSON Schema takes the documented configuration and no other key", async () => {
  const { code, stdout } = await broker(["schema"]);
  expect(code).toBe(0);
  const validate = new Ajv({ strict: false }).compile(JSON.parse(stdout));
  const config = parse(example);
  expect(validate(config)).toBe(true);
  expect(validate({ ...config, other: 1 })).toBe(false);
  expect(validate({ ...config, version: 2 })).toBe(false);
});

const repository = ["--repository", "octo-org/shop", "--owner-id", "9919", "--repository-id", "1296269"];

test.each([
  ["a repository alone", []],
  [
    "services, a scope and an environment",
    ["--service", "SU1Z0isxPaozGVKXdv0eY", "--scope", "global", "--environment", "production"],
  ],
  ["all services", ["--service", "*", "--scope", "purge_all"]],
  ["an environment that looks like YAML", ["--environment", 'a: "b" # c']],
])("init with %s writes a commented file that passes check", async (_, more) => {
  const { code, stdout } = await broker(["init", ...repository, ...more]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# /);
  const config = fileWith("init.yaml", stdout);
  const checked = await broker(["check", "--config", config], {
    FASTLY_USERNAME: "a@example.com",
    FASTLY_PASSWORD: "a password",
  });
  expect(checked).toMatchObject({ code: 0, stderr: "" });
});

test("init writes the values of its options", async () => {
  const options = ["--rule", "edge-deploy", "--issuer", "https://ghe.example.com/_services/token"];
  const where = ["--server", "https://ghe.example.com", "--api-url", "http://127.0.0.1:9080"];
  const { stdout } = await broker(["init", ...repository, ...options, ...where]);
  expect(parse(stdout)).toMatchObject({
    issuers: [
      {
        issuer: "https://ghe.example.com/_services/token",
        jwks_uri: "https://ghe.example.com/_services/token/.well-known/jwks",
        server: "https://ghe.example.com",
      },
    ],
    fastly: { api_url: "http://127.0.0.1:9080" },
    rules: [{ id: "edge-deploy" }],
  });
});

test("init takes services by the name that the action's input has", async () => {
  const services = ["--services", "SU1Z0isxPaozGVKXdv0eY 7i6HN3TK9wS159v2gPAZ8A"];
  const { stdout } = await broker(["init", ...repository, "--scope", "global", ...services]);
  expect(parse(stdout).rules[0].grant).toMatchObject({
    scope: ["global"],
    services: ["SU1Z0isxPaozGVKXdv0eY", "7i6HN3TK9wS159v2gPAZ8A"],
    account_access: true,
  });
});

test("init overwrites nothing", async () => {
  const out = join(folder, "new.yaml");
  // From its source, it names npm's script.
  expect(await broker(["init", ...repository, "--config", out], {}, "src/broker/main.ts")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`then run: npm run broker -- check --config ${out}\n`),
  });
  const text = readFileSync(out, "utf8");
  expect(await broker(["init", ...repository, "--out", out])).toMatchObject({ code: 1 });
  expect(readFileSync(out, "utf8")).toBe(text);
});

test.each([
  [["chekc"]],
  [["check"]],
  [["check", "--config"]],
  [["check", "--config", "/nowhere/broker.yaml"]],
  [["check", "--file", "x"]],
  [["explain", "--config", "x"]],
  [["init", "--repository", "octo-org/shop"]],
  [["init", ...repository.slice(0, 2), "--owner-id", "octo-org", "--repository-id", "1"]],
  [["init", ...repository, "--scope", "purge"]],
  [["init", ...repository, "--rule", "edge deploy"]],
  [["init", ...repository, "--api-url", "api.fastly.com"]],
])("%j is refused with exit code 1 and words", async (args) => {
  const { code, stderr, stdout } = await broker(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/\.\n$/);
});
