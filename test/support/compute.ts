import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify as toToml } from "smol-toml";
import { stringify as toYaml } from "yaml";
import { backendOf } from "../../src/broker/compute/backend-name.ts";
import { resources } from "../../src/broker/compute/resources.ts";
import { type AuditLine, type BrokerHost, hostOver } from "./broker.ts";

/** Where `.ci/compute` keeps Fastly's local runtime. */
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
export const viceroy =
  process.env.VICEROY ?? join(cache, "fastly-ephemeral-token/viceroy-0.22.0/bin/viceroy");

export const hasViceroy = existsSync(viceroy);

type Config = {
  issuers: { jwks_uri: string }[];
  fastly: { api_url: string };
};

/** A package that was built with a policy in it. */
export type ComputePackage = {
  readonly wasm: string;
  /** What the build printed. */
  readonly output: string;
  /** Serves it as Fastly would, each request by an instance of its own. Data lives as long as the server. */
  serve(options?: { without?: "kv_stores" | "secrets" }): Promise<BrokerHost>;
  remove(): Promise<void>;
};

/** @param env secrets, which become entries of the Secret Store; they stand in the build's environment as well */
export async function buildForCompute(config: Config, env: Record<string, string>): Promise<ComputePackage> {
  const folder = await mkdtemp(join(tmpdir(), "compute-"));
  const [configFile, manifest, wasm] = ["broker.yaml", "fastly.toml", "main.wasm"].map((file) =>
    join(folder, file),
  ) as [string, string, string];
  const origins = [config.fastly.api_url, ...config.issuers.map(({ jwks_uri: uri }) => uri)].map(
    (url) => new URL(url).origin,
  );
  await writeFile(configFile, toYaml(config, { aliasDuplicateObjects: false }));
  await writeFile(manifest, toToml(manifestOf(origins, env)));
  const args = ["scripts/build-compute.ts", "--config", configFile, "--manifest", manifest, "--out", wasm];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  return {
    wasm,
    output: stdout + stderr,
    serve: async ({ without } = {}) => {
      const local = join(folder, `local-${without ?? "all"}.toml`);
      await writeFile(local, toToml(localManifestOf(origins, env, without)));
      return serveWith(local, wasm);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

function manifestOf(origins: readonly string[], env: Record<string, string>) {
  return {
    manifest_version: 3,
    name: "broker",
    language: "javascript",
    setup: {
      backends: Object.fromEntries(origins.map((origin) => [backendOf(origin), {}])),
      secret_stores: {
        [resources.secretStore]: {
          entries: Object.fromEntries(Object.keys(env).map((name) => [name, {}])),
        },
      },
    },
  };
}

function localManifestOf(
  origins: readonly string[],
  env: Record<string, string>,
  without: "kv_stores" | "secrets" | undefined,
) {
  const secrets = Object.entries(env).map(([key, data]) => ({ key, data }));
  return {
    ...manifestOf(origins, env),
    local_server: {
      backends: Object.fromEntries(origins.map((url) => [backendOf(url), { url }])),
      ...(without === "kv_stores"
        ? {}
        : { kv_stores: { [resources.kvStore]: [{ key: "first", data: "" }] } }),
      secret_stores: {
        [resources.secretStore]: without === "secrets" ? secrets.slice(0, 0) : secrets,
      },
    },
  };
}

async function serveWith(manifest: string, wasm: string): Promise<BrokerHost> {
  const child = spawn(viceroy, ["-v", "-C", manifest, "--addr", "127.0.0.1:0", wasm], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "" },
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, address] = /Listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    exited.then(([code]) => reject(new Error(`viceroy ended with ${code}: ${output}`)), reject);
  });
  return {
    ...hostOver(url),
    pid: child.pid ?? 0,
    audit: () => auditOf(output),
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
  };
}

function auditOf(output: string): AuditLine[] {
  const lines = output.matchAll(new RegExp(`^${resources.auditLog} :: (\\{.*\\})$`, "gm"));
  return [...lines].map(([, line = ""]) => JSON.parse(line) as AuditLine);
}
