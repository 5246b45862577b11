import { globSync, readFileSync } from "node:fs";
import ts from "typescript";

const longestFile = 250;
const longestFunction = 50;

const sources = globSync("src/**/*.ts");

test("no source file is longer than 250 lines", () => {
  const long = sources
    .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > longestFile);
  expect(long).toEqual([]);
});

test("every function of more than 50 lines says above it why it is long", () => {
  const found = sources.flatMap((path) => unexplainedFunctions(path, readFileSync(path, "utf8")));
  expect(found).toEqual([]);
});

test.each([
  ["a function", "function long() {\n", "}", 1],
  ["an arrow function", "const long = () => {\n", "};", 1],
  ["a method", "class Long {\n  method() {\n", "  }\n}", 1],
  [
    "a function inside of another that is explained",
    "/** Long, because it is one. */\nfunction long() { function inner() {\n",
    "} }",
    1,
  ],
  ["a function with a reason", "/** Long, because it is a list. */\nexport function long() {\n", "}", 0],
  ["a function with a comment that gives none", "/** Lists. */\nexport function long() {\n", "}", 1],
])("the test finds %s", (_, head, end, expected) => {
  const lines = "  call();\n".repeat(longestFunction);
  expect(unexplainedFunctions("a.ts", head + lines + end)).toHaveLength(expected);
  expect(unexplainedFunctions("a.ts", head + end)).toEqual([]);
});

function unexplainedFunctions(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  visit(source);
  return found;

  function visit(node: ts.Node): void {
    if (ts.isFunctionLike(node) && linesOf(node) > longestFunction && !isExplained(node))
      found.push(`${path}:${lineOf(node.getStart()) + 1}`);
    ts.forEachChild(node, visit);
  }

  function lineOf(position: number): number {
    return source.getLineAndCharacterOfPosition(position).line;
  }

  function linesOf(node: ts.Node): number {
    return lineOf(node.end) - lineOf(node.getStart()) + 1;
  }

  /** The comment stands above the statement, or the member, that holds the function. */
  function isExplained(node: ts.Node): boolean {
    let holder = node;
    while (!ts.isStatement(holder) && !ts.isClassElement(holder)) holder = holder.parent;
    const above = text.slice(holder.getFullStart(), holder.getStart());
    return /\bLong, because \S/.test(above);
  }
}
