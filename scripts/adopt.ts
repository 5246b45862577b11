/*
 * node scripts/adopt.ts OWNER[/REPO] [--code-owners OWNERS]
 *
 * Makes the repository yours: wherever its files name the account that holds it, they name OWNER from now on, and REPO
 * where the repository has another name. package.json says what they name today, so that a fork is adopted as well.
 */
import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Adoption, adopted, codeOwnersFile, readAdoption } from "./adopt/adoption.ts";

const usage = `Usage: npm run adopt -- OWNER[/REPO] [--code-owners OWNERS]

  OWNER                 the account on GitHub that holds the repository
  REPO                  the repository's name there, where it is another one than now
  --code-owners OWNERS  who reviews changes, separated by spaces: @user or @organization/team; @OWNER unless given
`;

const request = readArguments(process.argv.slice(2));
if (request === undefined) process.stdout.write(usage);
else if (typeof request === "string") refuse(request);
else adopt(request);

function readArguments(args: string[]): Adoption | string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { "code-owners": { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (values.help) return undefined;
    const { repository } = JSON.parse(readFileSync("package.json", "utf8"));
    return readAdoption(positionals, values["code-owners"], repository);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function refuse(problem: string): void {
  process.stderr.write(`${problem} See npm run adopt -- --help.\n`);
  process.exitCode = 2;
}

function adopt(adoption: Adoption): void {
  const changed = ownFiles().filter((path) => change(path, adoption));
  const { owner, repository } = adoption.to;
  const name = `${owner}/${repository}`;
  if (changed.length === 0) {
    process.stdout.write(`Nothing to change: the files name ${name} already.\n`);
    return;
  }
  process.stdout.write(`${changed.map((path) => `  ${path}\n`).join("")}
${changed.length === 1 ? "1 file names" : `${changed.length} files name`} ${name} now. Look through them with git diff, and commit them.

On GitHub, two things are left to do:
- Enable private vulnerability reporting: https://github.com/${name}/settings/security_analysis
- See that the owners in ${codeOwnersFile} may write to the repository. An organization names a team, with --code-owners.
`);
}

/** What git tracks, and new files that it does not ignore. `dist` is built, and names nobody. */
function ownFiles(): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", ":!dist"];
  return execFileSync("git", args, { encoding: "utf8", maxBuffer: 2 ** 26 })
    .split("\0")
    .filter((path) => path !== "");
}

/** @returns whether there was anything to change */
function change(path: string, adoption: Adoption): boolean {
  // Some are deleted since, or lead elsewhere.
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const text = readFileSync(path, "utf8");
  const changed = adopted(path, text, adoption);
  if (isBinary(text) || changed === text) return false;
  writeFileSync(path, changed);
  return true;
}

function isBinary(text: string): boolean {
  return text.includes("\0");
}
