import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/*
 * What GitHub hands to each job that uses this action: the archive of the repository at its tag, less what
 * .gitattributes keeps out of it.
 */

/** The most that it may be, compressed, in bytes. */
export const archiveBudget = 420_000;

/** The archive, as tar, of the files as they are now, committed or not. */
export function makeArchive(): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), "archive-"));
  // An index of its own, so that nobody's staged changes are touched.
  const env = { ...process.env, GIT_INDEX_FILE: join(scratch, "index") };
  const git = (...args: string[]) => execFileSync("git", args, { env, maxBuffer: 2 ** 28 });
  try {
    git("read-tree", "HEAD");
    git("add", "--all");
    return git("archive", "--worktree-attributes", git("write-tree").toString().trim());
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** As many bytes as `git archive HEAD | gzip -9 | wc -c` counts in a clean checkout. */
export function compressedSize(archive: Buffer): number {
  return gzipSync(archive, { level: 9 }).length;
}

export function extractArchive(archive: Buffer, directory: string): void {
  mkdirSync(directory, { recursive: true });
  execFileSync("tar", ["-x", "-C", directory], { input: archive });
}
