import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveBudget, compressedSize, extractArchive, makeArchive } from "../../scripts/archive.ts";

// Whoever copied the files without the repository has no archive to test.
const describeHere = existsSync(".git") ? describe : describe.skip;

describeHere("what a job downloads", () => {
  let archive: Buffer;
  let directory: string;
  beforeAll(() => {
    archive = makeArchive();
    const parent = mkdtempSync(join(tmpdir(), "archive-"));
    // What stands further up on a machine must not decide how the action is read.
    writeFileSync(join(parent, "package.json"), '{ "type": "module" }');
    directory = join(parent, "action");
    extractArchive(archive, directory);
  });
  afterAll(() => rmSync(join(directory, ".."), { recursive: true }));

  test("is 420 kB at most, compressed", () => {
    expect(compressedSize(archive)).toBeLessThanOrEqual(archiveBudget);
  });

  test("holds what jobs run and people read, and nothing else", () => {
    expect(readdirSync(directory).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "action.yml",
      "dist",
      "docs",
      "revoke",
      "sweep",
    ]);
  });

  test("passes the demo, below a package.json that says module", () => {
    const demo = ["scripts/demo.ts", "--action", join(directory, "action.yml")];
    expect(execFileSync(process.execPath, demo, { encoding: "utf8" })).toContain("The job ends");
  });
});
