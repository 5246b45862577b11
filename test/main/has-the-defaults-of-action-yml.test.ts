import { readFile } from "node:fs/promises";
import { parse } from "yaml";

type Manifest = { inputs: Record<string, { default?: string }> };

/** The defaults that the code falls back to where a runner leaves an input out: an object that YAML can read. */
async function defaultsOfTheCode(): Promise<Record<string, string>> {
  const source = await readFile("src/action/inputs/defaults.ts", "utf8");
  const literal = /export const defaults = (\{[^}]*\}) as const;/.exec(source)?.[1];
  return parse(literal ?? "null");
}

async function defaultsOf(manifest: string): Promise<Record<string, string>> {
  const { inputs }: Manifest = parse(await readFile(manifest, "utf8"));
  const known = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined || value.startsWith("${{") ? [] : [[name, value] as const],
  );
  return Object.fromEntries(known);
}

test.each(["action.yml", "revoke/action.yml", "sweep/action.yml"])("the defaults of %s", async (manifest) => {
  expect(await defaultsOfTheCode()).toMatchObject(await defaultsOf(manifest));
});

test("the code has no other defaults", async () => {
  const manifests = ["action.yml", "revoke/action.yml", "sweep/action.yml"];
  const told = await Promise.all(manifests.map(defaultsOf));
  expect(await defaultsOfTheCode()).toEqual(Object.assign({}, ...told));
});
