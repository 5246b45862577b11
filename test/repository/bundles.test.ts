import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { entries } from "../../scripts/entries.ts";

const { packages: installed } = JSON.parse(readFileSync("package-lock.json", "utf8"));

test("dist holds the entries and nothing else", () => {
  expect(readdirSync("dist").sort()).toEqual(Object.keys(entries).sort());
});

describe.each(Object.keys(entries))("dist/%s", (name) => {
  const directory = join("dist", name);
  test("ships the code of runtime dependencies alone, with the licence of each", () => {
    const text = readFileSync(join(directory, "licenses.txt"), "utf8");
    const shipped = [...text.matchAll(/^--- (\S+) \S+ \(.+\) ---$/gm)].map(([, name]) => name);
    expect(shipped).toContain("@actions/core");
    expect(shipped.filter((name) => installed[`node_modules/${name}`]?.dev !== undefined)).toEqual([]);
  });
});

test.each(["main", "post"])("dist/%s, which every job waits for, ships 700 kB at most", (name) => {
  const files = readdirSync(join("dist", name)).map((file) => statSync(join("dist", name, file)));
  expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(700_000);
});
