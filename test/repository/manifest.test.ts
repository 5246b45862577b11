import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { entries } from "../../scripts/entries.ts";
import { version } from "../../src/version.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const actions = globSync(["action.yml", "*/action.yml"]);

test("the version that requests name is the package's", () => {
  expect({ version, lock: lock.version }).toEqual({ version: manifest.version, lock: manifest.version });
});

test("every dependency is pinned to one version", () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, range]) => !/^(\d+\.\d+\.\d+|file:.*)$/.test(String(range)),
  );
  expect(loose).toEqual([]);
});

test("tests run on the Node that GitHub's runner brings", () => {
  expect(process.version).toBe(`v${manifest.devDependencies.node}`);
});

test("what the actions run is what is built", () => {
  const run = actions.flatMap((path) => {
    const { main, post } = parse(readFileSync(path, "utf8")).runs;
    return [main, post].filter((script) => script !== undefined).map((script) => join(dirname(path), script));
  });
  expect(run.sort()).toEqual(entries.map((name) => `dist/${name}/index.js`).sort());
});
