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
  const told = table(section(readPage(page), "## Inputs")).map(([name, shown]) => [code(name), shown]);
  const real = Object.entries(manifest.inputs).map(([name, input]) => [name, shownDefault(input)]);
  expect(told).toEqual(real);
});

function shownDefault({ required, default: value }: Manifest["inputs"][string]): string {
  if (required) return "required";
  return value === undefined ? "" : `\`${value}\``;
}

test.each(pages)("the outputs of %s are those of %s", (page, path) => {
  const manifest: Manifest = parse(readFileSync(path, "utf8"));
  const told = table(section(readPage(page), "## Outputs")).map(([name]) => code(name));
  expect(told).toEqual(Object.keys(manifest.outputs));
});

test("the README's two commands are scripts of the package", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(codeBlocks(readme, "sh")).toEqual(["npm ci && npm run demo\n", "npm ci && npm test\n"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["demo", "test"]));
});

test.each(["README.md", "docs/tokens-api.md", "docs/token-names.md"])(
  "every link of %s leads somewhere",
  (path) => {
    const page = readPage(path);
    const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const anchors = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)));
    for (const link of links) {
      if (link.startsWith("#")) expect(anchors).toContain(link);
      else readFileSync(new URL(link, `file://${process.cwd()}/${path}`));
    }
    expect(links).not.toEqual([]);
  },
);

function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replace(/[^\w\s-]/g, "");
  return `#${words.replaceAll(" ", "-")}`;
}
