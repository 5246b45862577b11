import { execSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Locked = { optional?: boolean; link?: boolean; resolved?: string; integrity?: string; os?: string[] };
type Lockfile = { packages: Record<string, Locked> };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lockfile-"));
  for (const path of ["package.json", "package-lock.json", ".npmrc", "stubs"])
    cpSync(path, join(directory, path), { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What `npm ci` prints, without a registry and without installing anything. */
function npmCi(): string {
  const flags = "--dry-run --offline --ignore-scripts --no-audit --no-fund --cache=cache";
  try {
    return execSync(`npm ci ${flags}`, { cwd: directory, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

// npm checks the packages of every platform, whichever it runs on.
test("npm ci finds every package in the lockfile, also those of other platforms", () => {
  expect(npmCi()).toMatch(/^added \d+ packages/m);
});

test("npm ci refuses a lockfile without the packages of another platform", () => {
  const path = join(directory, "package-lock.json");
  const lock: Lockfile = JSON.parse(readFileSync(path, "utf8"));
  const [other = ""] =
    Object.entries(lock.packages).find(([, { os }]) => os && !os.includes(process.platform)) ?? [];
  delete lock.packages[other];
  writeFileSync(path, JSON.stringify(lock));
  expect(npmCi()).toContain(`Missing: ${other.replace("node_modules/", "")}@`);
});

// Fastly's command line, a tool of the tests alone, names binaries that not every registry has.
test("every package but Fastly's command line is pinned to its contents", () => {
  const { packages }: Lockfile = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const unpinned = Object.entries(packages).filter(
    ([path, { link, integrity }]) => path.startsWith("node_modules/") && !link && integrity === undefined,
  );
  expect(unpinned.filter(([path]) => !path.startsWith("node_modules/@fastly/cli-"))).toEqual([]);
});
