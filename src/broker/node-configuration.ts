import { writeProblem } from "./cli/check.ts";
import { unreadable } from "./config/file-fault.ts";
import { type Configuration, loadConfiguration, type Problem } from "./config/index.ts";
import { readFileStart, secretsOf } from "./node-secrets.ts";

export type ReadConfiguration =
  /** `warnings` are lines about what works and is most likely not meant. */
  { kind: "valid"; config: Configuration; warnings: readonly string[] } | { kind: "refused"; text: string };

/** Reads the configuration and the secrets that it names: all of it, or every mistake at once. */
export async function readConfiguration(file: string): Promise<ReadConfiguration> {
  const bytes = await readFileStart(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return { kind: "refused", text: unreadable(file, bytes.code ?? "unknown") };
  const loaded = await loadConfiguration(bytes, secretsOf(file));
  const lines = (problems: readonly Problem[]) => problems.map((problem) => writeProblem(file, problem));
  if (loaded.kind === "invalid") return { kind: "refused", text: lines(loaded.problems).join("\n") };
  return { kind: "valid", config: loaded.config, warnings: lines(loaded.warnings) };
}
