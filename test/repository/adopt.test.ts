import { execFile, execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";

const run = promisify(execFile);

/* The script works on a copy of this checkout, whoever has adopted that. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "adopt-"));
  for (const path of files(process.cwd())) {
    // Its samples would be taken for names that the script has put there.
    if (path === "test/repository/adopt.test.ts") continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(path, join(copy, path));
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  execFileSync("git", ["init", "--quiet"], { cwd: copy });
});
afterAll(() => rmSync(copy, { recursive: true }));

function files(directory: string): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const list = execFileSync("git", args, { cwd: directory, encoding: "utf8" }).split("\0");
  return list.filter((path) => path !== "" && !/^(dist\/|node_modules$)/.test(path));
}

type Result = { code: number; stdout: string; stderr: string };

function adopt(...args: string[]): Promise<Result> {
  const script = [join("scripts", "adopt.ts"), ...args];
  return run(process.execPath, script, { cwd: copy }).then(
    (printed) => ({ code: 0, ...printed }),
    (error) => error,
  );
}

function read(path: string): string {
  return readFileSync(join(copy, path), "utf8");
}

/** The lines of all files that a pattern finds. */
function linesWith(pattern: RegExp): string[] {
  return files(copy).flatMap((path) =>
    read(path)
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

/** `OWNER/REPO` is the reader's own repository, and other words only end in OWNER. */
const placeholder = /(?<![A-Z_/])OWNER(?!\/REPO|\[\/REPO\]|S?_|S\b)/;

test.each([
  ["no account", []],
  ["two accounts", ["octo-org", "octo-cat"]],
  ["the placeholder", ["OWNER"]],
  ["a URL", ["https://github.com/octo-org/octo-repo"]],
  ["an account that begins with a hyphen", ["--", "-octo"]],
  ["an account with two hyphens in a row", ["octo--org"]],
  ["an account with a line end", ["octo\norg"]],
  ["an account of 40 characters", ["o".repeat(40)]],
  ["an empty repository", ["octo-org/"]],
  ["a repository that is a folder", ["octo-org/.."]],
  ["a code owner without @", ["octo-org", "--code-owners", "octo-cat"]],
  ["an unknown option", ["octo-org", "--force"]],
])("refuses %s, in one line, and changes nothing", async (_, args) => {
  const before = linesWith(/OWNER|octo-org/);
  const { code, stderr, stdout } = await adopt(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^[^\n]+See npm run adopt -- --help\.\n$/);
  expect(linesWith(/OWNER|octo-org/)).toEqual(before);
});

test("--help prints the usage", async () => {
  expect(await adopt("--help")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Usage: npm run adopt"),
  });
});

describe("once it has run", () => {
  let result: Result;
  beforeAll(async () => {
    result = await adopt("Acme-Edge/fastly-tokens");
  });

  test("it has named every file that it changed", () => {
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const named = [...result.stdout.matchAll(/^ {2}(\S+)$/gm)].map(([, path]) => path);
    const naming = linesWith(/Acme-Edge/).map((line) => line.split(": ")[0]);
    expect(named).toEqual([...new Set(naming)]);
    expect(named).toEqual(
      expect.arrayContaining([
        ".github/CODEOWNERS",
        ".github/ISSUE_TEMPLATE/config.yml",
        "README.md",
        "SECURITY.md",
        "package.json",
      ]),
    );
  });

  test("nothing is left to be replaced by hand", () => {
    expect(linesWith(placeholder).filter((line) => !/^scripts\/adopt|npm run adopt/.test(line))).toEqual([]);
    expect(linesWith(/Replace `/)).toEqual([]);
  });

  test("actions, badges, owners and the place for security reports are the adopter's", () => {
    expect(read("README.md")).toContain("uses: Acme-Edge/fastly-tokens@v1");
    expect(read("README.md")).toContain(
      "(https://github.com/Acme-Edge/fastly-tokens/actions/workflows/ci.yml)",
    );
    expect(read("README.md")).toContain("`Acme-Edge` is the account that holds this repository");
    expect(read("SECURITY.md")).toContain(
      "(https://github.com/Acme-Edge/fastly-tokens/security/advisories/new)",
    );
    expect(read(".github/CODEOWNERS")).toMatch(/^\* @Acme-Edge$/m);
    expect(JSON.parse(read("package.json")).repository).toBe("github:Acme-Edge/fastly-tokens");
  });

  test("every YAML file still parses", () => {
    const found = globSync(["**/*.yml", ".github/**/*.yml"], { cwd: copy, exclude: ["node_modules"] });
    expect(found).toContain(".github/ISSUE_TEMPLATE/config.yml");
    for (const path of found) parse(read(path), { strict: true });
  });

  test("the documents' links hold, their workflows and the issue forms are valid, and the formatter agrees", async () => {
    const jest = [resolve("node_modules/jest/bin/jest.js"), "--rootDir", "."];
    const tests = ["test/docs/claims", "test/docs/organizations", "test/repository/issue-forms"];
    const bin = resolve("node_modules/.bin/biome");
    await run(process.execPath, [...jest, ...tests], { cwd: copy });
    await run(
      process.execPath,
      [...jest, "test/docs/examples", "-t", "is a workflow|inputs that they have"],
      {
        cwd: copy,
      },
    );
    await run(bin, ["check", "package.json", "scripts", "examples", ".github", "test/docs"], { cwd: copy });
  });

  test("a second run changes nothing", async () => {
    const before = linesWith(/Acme-Edge|acme-edge/i);
    const { code, stdout } = await adopt("Acme-Edge");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Nothing to change: the files name Acme-Edge/fastly-tokens already.\n",
    });
    expect(linesWith(/Acme-Edge|acme-edge/i)).toEqual(before);
  });

  test("a fork is adopted in the same way, with a team as code owners", async () => {
    const { code } = await adopt("globex", "--code-owners", "@globex/edge @octo-cat");
    expect(code).toBe(0);
    expect(linesWith(/Acme-Edge/)).toEqual([]);
    expect(read(".github/CODEOWNERS")).toMatch(/^\* @globex\/edge @octo-cat$/m);
    expect(await adopt("globex")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing to change"),
    });
    expect(read(".github/CODEOWNERS")).toMatch(/^\* @globex\/edge @octo-cat$/m);
  });
});
