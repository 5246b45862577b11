/*
 * node scripts/build-compute.ts --config FILE [--manifest FILE] [--out FILE]
 *
 * Builds the token broker for Fastly Compute, with the policy of a configuration file in it: compute/bin/main.wasm
 * by default. Refuses a policy that the service could not serve. No secret is read.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { writeProblem } from "../src/broker/cli/check.ts";
import { loadConfiguration } from "../src/broker/config/index.ts";
import type { ConfigurationFile } from "../src/broker/config/schema.ts";
import { missingFromManifest, notForCompute } from "./build-compute/check.ts";

const { values: options } = parseArgs({
  options: {
    config: { type: "string" },
    manifest: { type: "string", default: "compute/fastly.toml" },
    out: { type: "string", default: "compute/bin/main.wasm" },
  },
});

const { config: configFile, manifest, out } = options;
if (configFile === undefined) throw refusal(["--config FILE is missing."]);
const { file, hash } = await readPolicy(configFile);
const faults = [
  ...notForCompute(file).map((fault) => `${configFile}: ${fault}`),
  ...missingFromManifest(file, await readFile(manifest, "utf8")).map((fault) => `${manifest}: ${fault}`),
];
if (faults.length > 0) throw refusal(faults);
await compile(JSON.stringify({ file, hash }));
console.log(`${out}: the policy with SHA-256 ${hash}`);

async function readPolicy(path: string): Promise<{ file: ConfigurationFile; hash: string }> {
  const loaded = await loadConfiguration(new Uint8Array(await readFile(path)), "not-read");
  if (loaded.kind === "invalid") throw refusal(loaded.problems.map((problem) => writeProblem(path, problem)));
  for (const problem of loaded.warnings) console.error(`warning: ${writeProblem(path, problem)}`);
  return { file: loaded.file, hash: loaded.config.hash };
}

/** The compiler reads files below the working directory alone, and bundles for itself. */
async function compile(policy: string): Promise<void> {
  await mkdir("build", { recursive: true });
  const folder = await mkdtemp(join("build", "compute-"));
  try {
    const entry = join(folder, "main.ts");
    const broker = relative(folder, "src/broker");
    const lines = [
      `import { endTopLevel } from "${broker}/compute/top-level.ts";`,
      `import { serveOnCompute } from "${broker}/compute.ts";`,
      `serveOnCompute(${policy});`,
      "endTopLevel();",
    ];
    await writeFile(entry, lines.join("\n"));
    await mkdir(dirname(out), { recursive: true });
    const compiler = resolve(
      dirname(createRequire(import.meta.url).resolve("@fastly/js-compute")),
      "cli/js-compute-runtime-cli.js",
    );
    // The compiler writes its whole environment into the module.
    await promisify(execFile)(process.execPath, [compiler, entry, out], { env: {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Says what is wrong, and ends. */
function refusal(faults: readonly string[]): never {
  for (const fault of faults) console.error(fault);
  process.exit(1);
}
