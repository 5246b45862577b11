import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const unit = readFileSync("docs/broker/fastly-token-broker.service", "utf8");
const image = readFileSync("docs/broker/Containerfile", "utf8");

function setting(name: string): string {
  return new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
}

function instruction(name: string): string[] {
  return JSON.parse(new RegExp(`^${name} (\\[.*\\])$`, "m").exec(image)?.[1] ?? "[]");
}

const commands: [string, string[]][] = [
  ["the unit", setting("ExecStart").split(" ")],
  ["the image", [...instruction("ENTRYPOINT"), ...instruction("CMD")]],
];

describe.each(commands)("%s", (_name, command) => {
  const args = command.slice(command.findIndex((part) => part.endsWith("broker.cjs")) + 1);

  test("starts the broker with arguments that it takes, and misses the configuration alone", () => {
    const { stderr, status } = spawnSync(process.execPath, ["src/broker/main.ts", ...args]);
    expect(String(stderr)).toMatch(
      /^\/etc\/fastly-token-broker\/broker\.yaml cannot be read \(ENOENT\)[^\n]*\n$/,
    );
    expect(status).toBe(1);
  });

  test("leaves TLS to a proxy, and takes the client's address from it", () => {
    expect(args).toContain("--trust-proxy");
    expect(args).not.toContain("--tls-cert");
  });
});

test("the unit listens on loopback, where the proxy alone reaches it", () => {
  expect(setting("ExecStart")).toContain(" --host 127.0.0.1 ");
});

test("the unit's own user gets the secrets as a credential, which it may read wherever they lie", () => {
  expect(setting("DynamicUser")).toBe("yes");
  const [name, path] = setting("LoadCredential").split(":");
  expect(path).toBe("/etc/fastly-token-broker/secrets.env");
  expect(setting("ExecStart")).toContain(` --env-file=\${CREDENTIALS_DIRECTORY}/${name} `);
  expect(unit).not.toMatch(/^EnvironmentFile=/m);
});

test("Node takes the secrets from a file of that form", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const file = join(folder, "secrets.env");
  writeFileSync(file, "FASTLY_USERNAME=ci@example.com\nFASTLY_PASSWORD='a # and a $ in it'\n");
  const print = "process.stdout.write(process.env.FASTLY_USERNAME + ' ' + process.env.FASTLY_PASSWORD)";
  const { stdout } = spawnSync(process.execPath, [`--env-file=${file}`, "-e", print], { env: {} });
  rmSync(folder, { recursive: true });
  expect(String(stdout)).toBe("ci@example.com a # and a $ in it");
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

(hasSystemd ? test : test.skip)("systemd finds no fault with the unit", () => {
  const folder = mkdtempSync(join(tmpdir(), "unit-"));
  const file = join(folder, "fastly-token-broker.service");
  // On this machine Node may lie elsewhere.
  writeFileSync(file, unit.replace("/usr/bin/node", process.execPath));
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", file]);
  rmSync(folder, { recursive: true });
  expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
});
