/*
 * node scripts/build.ts              bundles each entry to dist/<name>, the bytes that ship
 * node scripts/build.ts --maps DIR   bundles the same code to DIR/<name>, with source maps
 */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { entries } from "./entries.ts";
import { bundledPackages, licenseTexts } from "./licenses.ts";

const run = promisify(execFile);
const ncc = createRequire(import.meta.url).resolve("@vercel/ncc/dist/ncc/cli.js");

const { maps } = parseArgs({ options: { maps: { type: "string" } } }).values;
const output = maps ?? "dist";

await rm(output, { recursive: true, force: true });
await Promise.all(Object.entries(entries).map(([name, source]) => bundle(source, join(output, name))));
await refuseLocalPaths(output);

async function bundle(source: string, directory: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "build-"));
  const stats = join(scratch, "stats.json");
  const mapOptions = maps === undefined ? [] : ["--source-map", "--no-source-map-register"];
  // Types are checked by tsc, and ncc's cache would tie the bytes to what was built before.
  const options = [
    "--minify",
    "--no-cache",
    "--transpile-only",
    "--quiet",
    "--stats-out",
    stats,
    ...mapOptions,
  ];
  try {
    await run(process.execPath, [ncc, "build", source, ...options, "--out", directory]);
    if (maps === undefined) {
      const packages = bundledPackages(JSON.parse(await readFile(stats, "utf8")));
      await writeFile(join(directory, "licenses.txt"), await licenseTexts(packages));
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
}

// A bundle that holds a path of the machine it was built on is not the same on another.
async function refuseLocalPaths(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    if (text.includes(process.cwd())) throw new Error(`${path} holds a path of this machine.`);
  }
}
