import { readdirSync, readFileSync } from "node:fs";
import { entries } from "../../scripts/entries.ts";

const { packages: installed } = JSON.parse(readFileSync("package-lock.json", "utf8"));

test("dist holds the entries, what they share, and nothing else", () => {
  const shared = readdirSync("dist").filter((name) => !/^\d+\.index\.js$/.test(name));
  expect(shared.sort()).toEqual([...entries, "index.js", "licenses.txt", "package.json", "unused.js"].sort());
});

test("dist ships the code of runtime dependencies alone, with the licence of each", () => {
  const text = readFileSync("dist/licenses.txt", "utf8");
  const shipped = [...text.matchAll(/^--- (\S+) \S+ \(.+\) ---$/gm)].map(([, name]) => name);
  expect(shipped).toEqual(expect.arrayContaining(["@actions/core", "@actions/github", "undici"]));
  expect(shipped.filter((name) => installed[`node_modules/${name}`]?.dev !== undefined)).toEqual([]);
});
