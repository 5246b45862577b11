import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { signItself } from "../network/support/authority.ts";
import { fastlyCli } from "../support/fastly-cli.ts";
import { readPage, section } from "./markdown.ts";

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), "get-started-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** The commands of a section, which stand below numbered steps. */
function commands(heading: string, language: string, page = "docs/get-started-with-the-broker.md"): string[] {
  const blocks = section(readPage(page), heading).matchAll(
    new RegExp(`^ *\`\`\`${language}\\n(.*?)^ *\`\`\`$`, "gms"),
  );
  return [...blocks].map(([, block = ""]) => block.replace(/^ {3}/gm, ""));
}

async function bash(script: string, env: Record<string, string> = {}) {
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], {
    env: { PATH: process.env.PATH ?? "", HOME: directory, TMPDIR: directory, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Both end once every process that the script began is gone.
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** A command as somebody runs it who has replaced what stands for their own. */
function filledIn(command: string): string {
  return command
    .replaceAll("OWNER/REPO", "octo-org/site")
    .replaceAll("https://YOUR-BROKER", "https://tokens.example.com")
    .replaceAll("node broker.cjs", "npm run --silent broker --")
    .replace(/OWNER_ID|REPO_ID|(?<=-id )N\b/g, "9919")
    .replace("--service ID", "--service SU1Z0isxPaozGVKXdv0eY")
    .replace(/(?<=\s)(?:compute\/)?(?=broker\.yaml|claims\.json)/g, `${directory}/`);
}

const describeHere = process.platform === "win32" ? describe.skip : describe;

describeHere("commands on the pages", () => {
  test("the rehearsal gives a token to a job on main, refuses a job on another branch, and leaves nothing running", async () => {
    const steps = commands("## Rehearse on your machine", "bash");
    expect(steps).toHaveLength(7);
    const rehearsal = steps.join("").replace(/^npm ci\n/, "");
    // So that a rehearsal which fails stops what it started, too.
    const { code, stdout, stderr } = await bash(`trap 'kill $(jobs -p) || :' EXIT\n${rehearsal}wait\n`);
    expect({ stderr, code }).toMatchObject({ code: 0 });
    expect(stdout).toContain("broker.yaml is valid: 1 rule, 1 Fastly user, 1 issuer.");
    expect(stdout).toContain('"status": "ready"');
    expect(stdout).toContain('"scope": "global"');
    expect(stdout).toContain('"error_code": "claim_mismatch"');
    expect(stdout).toContain('"refs/heads/feature"');
  });

  test("init, check and explain of the set-up write a rule that the README's workflow can ask for", async () => {
    const steps = commands("## Set it up", "sh");
    const own = steps
      .join("")
      .split(/\n(?! )/)
      .filter((line) => /^(?:node broker\.cjs (?:init|check|explain)|echo) /.test(line));
    expect(own).toHaveLength(4);
    const { code, stdout, stderr } = await bash(filledIn(own.join("\n")));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("scope: global\n  services: SU1Z0isxPaozGVKXdv0eY");
    expect(readPage("examples/recipes/deploy.yml")).toContain("rule: edge-deploy ");
  });

  test("the broker starts with the set-up's own command, and then says that it is ready", async () => {
    const { cert, key } = await signItself(["127.0.0.1"]);
    for (const [name, text] of Object.entries({ "cert.pem": cert, "key.pem": key }))
      writeFileSync(join(directory, name), text);
    const policy = [
      "init",
      "--repository",
      "octo-org/site",
      "--owner-id",
      "9919",
      "--repository-id",
      "1296269",
    ];
    const config = join(directory, "started.yaml");
    await run(process.execPath, ["src/broker/main.ts", ...policy, "--out", config]);
    const steps = commands("## Set it up", "sh");
    const start = steps.find((step) => step.startsWith("node broker.cjs --config "));
    const [, ...args] = start?.trim().replace("0.0.0.0 --port 8443", "127.0.0.1 --port 0").split(" ") ?? [];
    const files = args
      .slice(1)
      .map((arg) => (arg === "broker.yaml" ? config : arg.replace(/^(?=\w+\.pem)/, `${directory}/`)));
    const env = { FASTLY_USERNAME: "ci@example.com", FASTLY_PASSWORD: "a password of some length" };
    const broker = spawn(process.execPath, ["src/broker/main.ts", ...files], { env });
    const [line] = (await once(createInterface(broker.stdout), "line")) as [string];
    const [, url = "no URL"] = /^Listening on (\S+)$/.exec(line) ?? [];
    const look = steps.find((step) => step.startsWith("curl ")) ?? "";
    const ready = await bash(look.replace("https://YOUR-BROKER", url), {
      CURL_CA_BUNDLE: join(directory, "cert.pem"),
    });
    broker.kill("SIGTERM");
    await once(broker, "exit");
    expect(ready).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{"status":"ready",/) });
  });

  test("init and check for Fastly Compute write a policy that is valid", async () => {
    const steps = commands("## Set up", "sh", "docs/broker/compute.md").join("").replace("npm ci\n", "");
    const [policy = ""] = steps.split(/^cd /m);
    rmSync(join(directory, "broker.yaml"), { force: true });
    const { code, stdout } = await bash(filledIn(policy));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining("is valid: 1 rule, 1 Fastly user, 1 issuer."),
    });
  });

  test("Fastly's command line has the command and the options by which a user is created", async () => {
    const [create = ""] = commands("## Create the Fastly user", "sh", "docs/get-started-with-a-user.md");
    const [, command = ""] = /^fastly (\w+ \w+) /.exec(create) ?? [];
    const asked = await fastlyCli([...command.split(" "), "--help"], { apiUrl: "http://127.0.0.1:1" });
    const help = asked.stdout + asked.stderr;
    expect(help).toContain(`fastly ${command} [<flags>]`);
    const options = [...create.matchAll(/--[\w-]+/g)].map(([option]) => option);
    expect(options).toEqual(["--login", "--name", "--role"]);
    for (const option of options) expect(help).toContain(`${option}=`);
    expect(help).not.toMatch(/--\S*service/);
  });
});
