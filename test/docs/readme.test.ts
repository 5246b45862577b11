import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { code, codeBlocks, readPage, section, table } from "./markdown.ts";

type Manifest = {
  inputs: Record<string, { required: boolean; default?: string }>;
  outputs: Record<string, unknown>;
};

const readme = readPage("README.md");
const pages = [
  ["README.md", "action.yml"],
  ["docs/revoking.md", "revoke/action.yml"],
  ["docs/sweeping.md", "sweep/action.yml"],
] as const;

test.each(pages)("the inputs of %s are those of %s, with their defaults", (page, path) => {
  const manifest: Manifest = parse(readFileSync(path, "utf8"));
  const documented = table(section(readPage(page), "## Inputs")).map(([name, shown]) => [code(name), shown]);
  const real = Object.entries(manifest.inputs).map(([name, input]) => [name, shownDefault(input)]);
  expect(documented).toEqual(real);
});

function shownDefault({ required, default: value }: Manifest["inputs"][string]): string {
  if (required) return "required";
  return value === undefined ? "" : `\`${value}\``;
}

test.each(pages)("the outputs of %s are those of %s", (page, path) => {
  const manifest: Manifest = parse(readFileSync(path, "utf8"));
  const documented = table(section(readPage(page), "## Outputs")).map(([name]) => code(name));
  expect(documented).toEqual(Object.keys(manifest.outputs));
});

test("the README's two commands are scripts of the package", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(codeBlocks(readme, "sh")).toEqual(["npm ci && npm run demo\n", "npm ci && npm test\n"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["demo", "test"]));
});

test("the badges are about a workflow, a branch and a licence that there are", () => {
  const { license } = JSON.parse(readFileSync("package.json", "utf8"));
  const [, workflow = "", branch] = /workflows\/([\w.-]+)\/badge\.svg\?branch=([\w-]+)/.exec(readme) ?? [];
  const { on } = parse(readFileSync(`.github/workflows/${workflow}`, "utf8"));
  expect(on.push.branches).toContain(branch);
  expect(readme).toContain(
    `[![License: ${license}](https://img.shields.io/badge/license-${license}-blue)](LICENSE)`,
  );
});
