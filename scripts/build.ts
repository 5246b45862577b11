/*
 * node scripts/build.ts              bundles src/steps.ts to dist, the bytes that ship
 * node scripts/build.ts --maps DIR   bundles the same code to DIR, with source maps
 *
 * ncc makes one bundle of all steps and splits it: what they share is there once, and each loads only what it needs.
 */
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { entries } from "./entries.ts";
import { bundledPackages, licenseTexts, type Module } from "./licenses.ts";
import { minified } from "./minify.ts";

type Asset = { source: string | Buffer };
type Bundle = { code: string; map?: string; assets: Record<string, Asset>; stats: { toJson(): Stats } };
type Stats = Module & { chunks: { files: string[]; modules: Module[] }[] };
type Ncc = (input: string, options: Record<string, unknown>) => Promise<Bundle>;

const require = createRequire(import.meta.url);
const ncc: Ncc = require("@vercel/ncc");

/**
 * What of libraries no step ever needs, by the name that their files require it with: dist/unused.js stands in for it.
 * That is four fifths of what they would ship, and a fifth of the start-up time.
 */
const unused = [
  // undici: HTTP/2, its experimental second parser, and the parser for processors without SIMD, on which no V8 of
  // today runs; all but four of that parser's constants; bodies that are forms or streams; its connector; node:http,
  // for a limit and a type; all of node:assert but one function; channels that nobody listens to, and what NODE_DEBUG
  // would print of a request; and a tree in which it looks up the lower case of a header's name faster than a string
  // has it.
  "./client-h2.js",
  "./parser-h1.js",
  "../llhttp/llhttp-wasm.js",
  "../llhttp/constants.js",
  "../web/fetch/body.js",
  "../web/fetch/formdata",
  "../web/webidl",
  "../core/connect.js",
  "node:http",
  "node:assert",
  "../core/diagnostics.js",
  "./diagnostics.js",
  "./tree",
  // @actions/core: OIDC tokens, summaries, and the platform's name, for which it would run other programs.
  "./oidc-utils.js",
  "./summary.js",
  "./platform.js",
  // @actions/github: an HTTP client and a second undici, for a fetch that it is handed here.
  "@actions/http-client",
  "undici",
];

// ncc knows the name alone, not who requires it: a file of this project by such a name would be replaced as well.
for await (const path of glob("src/**/*.ts")) {
  const name = `/${basename(path, ".ts")}.js`;
  if (unused.some((request) => request.endsWith(name))) throw new Error(`${path} needs another name.`);
}

const stub = require("../stubs/unused.cjs");
const constants = require("undici/lib/llhttp/constants.js");
const client = await readFile(require.resolve("undici/lib/dispatcher/client-h1.js"), "utf8");
for (const [name, table = "", key = ""] of client.matchAll(/\bconstants\.([A-Z]+)\.([A-Z_]+)/g)) {
  if (stub[table]?.[key] !== constants[table][key])
    throw new Error(`stubs/unused.cjs needs undici's ${name}.`);
}

const { maps } = parseArgs({ options: { maps: { type: "string" } } }).values;
const output = maps ?? "dist";

// ncc minifies the first file alone.
const { code, map, assets, stats } = await ncc(resolve("src/steps.ts"), {
  minify: true,
  sourceMap: maps !== undefined,
  sourceMapRegister: false,
  // Types are checked by tsc, and ncc's cache would tie the bytes to what was built before.
  transpileOnly: true,
  cache: false,
  quiet: true,
  // ncc would go by package.json, which is that of the sources.
  esm: false,
  externals: Object.fromEntries(unused.map((request) => [request, "./unused.js"])),
});
const { chunks, ...graph } = stats.toJson();

const files = new Map<string, string>([
  ["index.js", code],
  ...(map === undefined ? [] : [["index.js.map", map] as const]),
  ["unused.js", await readFile("stubs/unused.cjs", "utf8")],
  // Whatever a package.json further up says of the files below it.
  ["package.json", '{ "type": "commonjs" }\n'],
  ["licenses.txt", await licenseTexts(bundledPackages(graph))],
  ...entries.map(
    (name) => [`${name}/index.js`, `"use strict";\nrequire("../index.js").${name}();\n`] as const,
  ),
]);
for (const [name, { source }] of Object.entries(assets)) {
  if (name.endsWith(".map")) continue;
  const chunk = await minified(source.toString(), mapOf(name));
  files.set(name, chunk.code);
  if (chunk.map !== undefined) files.set(`${name}.map`, chunk.map);
}

await rm(output, { recursive: true, force: true });
for (const [name, text] of files) {
  // A bundle that holds a path of the machine it was built on is not the same on another.
  if (maps === undefined && text.includes(process.cwd()))
    throw new Error(`${name} holds a path of this machine.`);
  await mkdir(dirname(join(output, name)), { recursive: true });
  await writeFile(join(output, name), text);
}

/** Of a chunk with code of this project, in a build with maps: what is a library's needs none. */
function mapOf(file: string): string | undefined {
  const chunk = chunks.find(({ files }) => files.includes(file));
  const isOurs = chunk?.modules.some(({ name }) => name?.startsWith("./src/"));
  return isOurs ? assets[`${file}.map`]?.source.toString() : undefined;
}
