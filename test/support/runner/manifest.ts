import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

export type Stage = "main" | "post";

/** What the runner takes from an `action.yml`. */
export type Manifest = {
  inputs: Record<string, { default?: unknown } | null>;
  /** Absolute paths of what to run; an action may have no post. */
  scripts: Partial<Record<Stage, string>>;
};

const parsed = new Map<string, ReturnType<typeof parse>>();

export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, "utf8");
  const { inputs, runs } = parsed.get(text) ?? parse(text);
  parsed.set(text, { inputs, runs });
  const scripts = (["main", "post"] as const)
    .filter((stage) => runs[stage] !== undefined)
    .map((stage) => [stage, resolve(dirname(path), runs[stage])]);
  return { inputs: inputs ?? {}, scripts: Object.fromEntries(scripts) };
}

/** The INPUT_ variables of a step: an input that is not given has its default, or is empty. */
export function inputEnv(
  { inputs }: Manifest,
  given: Record<string, string>,
  githubToken: string,
): Record<string, string> {
  const undeclared = Object.keys(given).find((name) => !Object.hasOwn(inputs, name));
  if (undeclared !== undefined) throw new Error(`The action has no input '${undeclared}'.`);
  const byDefault = (name: string) =>
    String(inputs[name]?.default ?? "").replace(/\$\{\{ *github\.token *\}\}/u, () => githubToken);
  return Object.fromEntries(
    Object.keys(inputs).map((name) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      given[name] ?? byDefault(name),
    ]),
  );
}
