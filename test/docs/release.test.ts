import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

type Step = { name?: string; uses?: string; run?: string };
type Workflow = { jobs: Record<string, { permissions?: Record<string, string>; steps: Step[] }> };

const release: Workflow = parse(readFileSync(".github/workflows/release.yml", "utf8"));
const [move = ""] = release.jobs.tags?.steps.flatMap(({ run }) => run ?? []) ?? [];

let directory: string;
let clone: string;

// A repository as GitHub keeps it, and a runner's clone of it.
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "release-"));
  clone = join(directory, "clone");
  execFileSync("git", ["init", "--quiet", "--bare", join(directory, "origin")]);
  execFileSync("git", ["clone", "--quiet", join(directory, "origin"), clone], { stdio: "ignore" });
  for (const [key, value] of [
    ["user.name", "A test"],
    ["user.email", "test@example.com"],
    ["commit.gpgsign", "false"],
    ["tag.gpgsign", "false"],
  ] as const)
    git("config", key, value);
});
afterEach(() => rmSync(directory, { recursive: true }));

function git(...args: string[]): string {
  return execFileSync("git", args, {
    cwd: clone,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** Publishes a version, and lets the workflow move the tags. */
function publish(tag: string, annotated = false): void {
  git("commit", "--quiet", "--allow-empty", "--message", tag);
  git("tag", ...(annotated ? ["--annotate", "--message", tag] : []), tag);
  git("push", "--quiet", "origin", tag);
  const env = { ...process.env, GITHUB_REF_NAME: tag };
  // As GitHub runs what names no shell.
  execFileSync("bash", ["-e", "-c", move], { cwd: clone, env, stdio: "ignore" });
}

/** Which version a tag of the origin leads to. */
function versionAt(tag: string): string | undefined {
  const lines = git("ls-remote", "--tags", "origin").split("\n");
  const at = new Map(lines.map((line) => line.split("\t").reverse() as [string, string]));
  const commit = at.get(`refs/tags/${tag}^{}`) ?? at.get(`refs/tags/${tag}`);
  return commit === undefined ? undefined : git("log", "-1", "--format=%s", commit);
}

test("the first release makes v1 and v1.0", () => {
  publish("v1.0.0");
  expect([versionAt("v1"), versionAt("v1.0")]).toEqual(["v1.0.0", "v1.0.0"]);
});

test("later ones move them, also from and to tags with a message", () => {
  publish("v1.0.0", true);
  publish("v1.0.10", true);
  publish("v1.1.0");
  expect([versionAt("v1"), versionAt("v1.0"), versionAt("v1.1")]).toEqual(["v1.1.0", "v1.0.10", "v1.1.0"]);
});

test("a fix of an older line moves that line alone", () => {
  for (const tag of ["v1.9.0", "v1.10.0", "v2.0.0", "v1.9.1"]) publish(tag);
  expect(["v1", "v1.9", "v1.10", "v2"].map(versionAt)).toEqual(["v1.10.0", "v1.9.1", "v1.10.0", "v2.0.0"]);
});

test("no job of the release may do more than it needs", () => {
  const permissions = Object.entries(release.jobs).map(([name, job]) => [name, job.permissions]);
  expect(Object.fromEntries(permissions)).toEqual({
    check: { contents: "read", actions: "read" },
    attest: { contents: "read", "id-token": "write", attestations: "write" },
    "build-broker": { contents: "read" },
    broker: { contents: "write", "id-token": "write", attestations: "write" },
    tags: { contents: "write" },
  });
});

test("a job that may write or sign runs no code of the packages that it builds from", () => {
  const runs = ["attest", "broker", "tags"].flatMap(
    (job) => release.jobs[job]?.steps.map(({ run }) => run) ?? [],
  );
  expect(runs.filter((run) => /npm|npx|node|\.ci/.test(run ?? ""))).toEqual([]);
});

test("every action is pinned by commit, and says its version", () => {
  const uses = [...readFileSync(".github/workflows/release.yml", "utf8").matchAll(/uses: (.+)/g)].map(
    ([, action = ""]) => action,
  );
  expect(uses.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  expect(uses).not.toEqual([]);
});
