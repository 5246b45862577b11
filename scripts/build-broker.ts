/*
 * node scripts/build-broker.ts [DIR]   bundles the broker to DIR (build/broker by default): one file that runs with
 *                                      Node alone, and the licences of what is in it. No job downloads it.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { bundledPackages, licenseTexts, type Module } from "./licenses.ts";

type Bundle = { code: string; assets: Record<string, unknown>; stats: { toJson(): Module } };
type Ncc = (input: string, options: Record<string, unknown>) => Promise<Bundle>;

const ncc: Ncc = createRequire(import.meta.url)("@vercel/ncc");
const output = process.argv[2] ?? "build/broker";

const { code, assets, stats } = await ncc(resolve("src/broker/node-bundle.ts"), {
  minify: true,
  transpileOnly: true,
  cache: false,
  quiet: true,
  // ncc would go by package.json, which is that of the sources.
  esm: false,
});
// Worker threads of pino that this program never starts; anything else would have to lie beside the file.
const unneeded = new Set(["worker.js", "worker1.js", "file.js"]);
const missing = Object.keys(assets).filter((name) => !unneeded.has(name));
if (missing.length > 0) throw new Error(`The bundle is not one file: ${missing.join(", ")}.`);
if (code.includes(process.cwd())) throw new Error("The bundle holds a path of this machine.");
const licenses = await licenseTexts(bundledPackages(stats.toJson()));

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
await writeFile(join(output, "broker.cjs"), code);
await writeFile(join(output, "licenses.txt"), licenses);
process.stdout.write(`${join(output, "broker.cjs")}: ${Math.round(code.length / 1024)} KiB\n`);
