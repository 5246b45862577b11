import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

const contributing = readFileSync("CONTRIBUTING.md", "utf8");

test("the picture of the house in CONTRIBUTING.md shows exactly the imports between its rooms", () => {
  const [, picture = ""] = /```mermaid\n([^`]+)```/.exec(contributing) ?? [];
  const drawn = [...picture.matchAll(/(\w+)(?:\[[^\]]*\])? --> (\w+)/g)].map(
    ([, from, to]) => `${from} → ${to}`,
  );
  expect(drawn.toSorted()).toEqual([...importsBetweenRooms()].toSorted());
});

test("every path that its layout names is there", () => {
  const [, layout = ""] = /## Layout\n([^#]+)```mermaid/.exec(contributing) ?? [];
  const named = [...layout.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) => [
    ...cell.matchAll(/`([^`]+)`/g),
  ]);
  const missing = named.map(([, path = ""]) => path).filter((path) => globSync(path).length === 0);
  expect(missing).toEqual([]);
});

function importsBetweenRooms(): Set<string> {
  const arrows = new Set<string>();
  for (const path of globSync("src/**/*.ts")) {
    const { importedFiles } = ts.preProcessFile(readFileSync(path, "utf8"), true, true);
    for (const { fileName } of importedFiles.filter((imported) => imported.fileName.startsWith("."))) {
      const [from, to] = [roomOf(path), roomOf(join(dirname(path), fileName))];
      if (from !== to) arrows.add(`${from} → ${to}`);
    }
  }
  return arrows;
}

function roomOf(path: string): string {
  if (path === "src/version.ts") return "version";
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "entry";
}
