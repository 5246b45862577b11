import { globSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import ts from "typescript";
import { parse } from "yaml";

type Manifest = { inputs: Record<string, { default?: string }> };

/** The defaults that the code falls back to where a runner leaves an input out: the third argument of `read`. */
function defaultsOfTheCode(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of globSync("src/action/**/*.ts"))
    visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest));
  return found;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "read") {
      const [input, , fallback] = node.arguments;
      if (input && fallback && ts.isStringLiteral(input) && ts.isStringLiteral(fallback))
        found[input.text] = fallback.text;
    }
    ts.forEachChild(node, visit);
  }
}

async function defaultsOf(manifest: string): Promise<Record<string, string>> {
  const { inputs }: Manifest = parse(await readFile(manifest, "utf8"));
  const known = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined || value.startsWith("${{") ? [] : [[name, value] as const],
  );
  return Object.fromEntries(known);
}

test.each(["action.yml", "revoke/action.yml", "sweep/action.yml"])("the defaults of %s", async (manifest) => {
  expect(defaultsOfTheCode()).toMatchObject(await defaultsOf(manifest));
});

test("the code has no other defaults", async () => {
  const manifests = ["action.yml", "revoke/action.yml", "sweep/action.yml"];
  const documented = await Promise.all(manifests.map(defaultsOf));
  expect(defaultsOfTheCode()).toEqual(Object.assign({}, ...documented));
});
